package dev.larder.checks;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Rules on the pom.xml files. */
final class ModuleRules {
    private ModuleRules() {}

    static List<Rule> all() {
        return List.of(new Rule(
                "module-arrows", "A module uses only the modules that its line in Modules.ARROWS allows", project -> {
                    Map<String, Document> documents = new TreeMap<>();
                    project.poms().forEach((module, text) -> documents.put(module, parse(text)));
                    List<Violation> found = new ArrayList<>();
                    Map<String, String> moduleByArtifact = new HashMap<>();
                    documents.forEach((module, pom) -> moduleByArtifact.put(text(pom, "/project/artifactId"), module));
                    documents.forEach((module, pom) -> arrows(module, pom, moduleByArtifact, found));
                    return found;
                }));
    }

    private static void arrows(
            String module, Document pom, Map<String, String> moduleByArtifact, List<Violation> found) {
        String path = module + "/pom.xml";
        Set<String> allowed = Modules.ARROWS.get(module);
        if (allowed == null) {
            found.add(new Violation(path, "the module has no line in Modules.ARROWS"));
            return;
        }
        NodeList used = nodes(
                pom, "/project/dependencies/dependency[groupId='dev.larder'][not(scope='test')]/artifactId/text()");
        for (int i = 0; i < used.getLength(); i++) {
            String artifact = used.item(i).getNodeValue();
            if (!allowed.contains(moduleByArtifact.getOrDefault(artifact, artifact))) {
                found.add(new Violation(path, "uses " + artifact + " but may use only " + allowed));
            }
        }
    }

    private static Document parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("a pom.xml that does not parse", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Document document, String path) {
        NodeList nodes = nodes(document, path + "/text()");
        return nodes.getLength() == 0 ? "" : nodes.item(0).getNodeValue();
    }

    private static NodeList nodes(Document document, String path) {
        XPath xpath = XPathFactory.newInstance().newXPath();
        try {
            return (NodeList) xpath.evaluate(path, document, XPathConstants.NODESET);
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
