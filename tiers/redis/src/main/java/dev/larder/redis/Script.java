package dev.larder.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The steps that must happen in Redis as one.
 *
 * <p>They rest on two rules. A value is stored only by whoever shows the token in the lease, and an invalidation removes
 * the lease together with the value: so what was loaded before it cannot be stored after it. A token is random and never
 * used twice, so that a lease that was lost, by expiry, eviction or restart, is never mistaken for a later one.
 *
 * <p>And each step checks, within itself, that the generation its keys name is the one that is read, and a step that
 * makes entries void also that no rebuild has begun or ended of which its caller does not know. It does nothing where the
 * check fails, and answers -1 (or MOVED). So no step ever works on an old view, and a clear, a rebuild's start and its
 * switch hold for every process from the moment they happen.
 *
 * <p>How a value lies there, and what its first byte means: {@link StoredValue}. A tombstone is a miss that keeps a rebuild
 * from writing an older row.
 */
enum Script {
    /** KEYS gen v l; ARGV gen, token, leaseMs, softWindowMs. HIT | WON | LOST, value or nil, its PTTL, the lease's. */
    ACQUIRE("""
            if redis.call('GET',KEYS[1])~=ARGV[1] then return {'MOVED'} end
            local v=redis.call('GET',KEYS[2]) local p=-2
            if v then p=redis.call('PTTL',KEYS[2])
              local b=string.byte(v,1)
              if (b==86 or b==118) and (p<0 or p>tonumber(ARGV[4])) then return {'HIT',v,p,0} end end
            if redis.call('SET',KEYS[3],ARGV[2],'NX','PX',ARGV[3]) then return {'WON',v or false,p,0} end
            return {'LOST',v or false,p,redis.call('PTTL',KEYS[3])}"""),

    /** KEYS gen v l; ARGV gen, token, value from its second byte on, ttlMs or -1. */
    FILL(Script.MOMENT + """
            if redis.call('GET',KEYS[1])~=ARGV[1] then return -1 end
            if redis.call('GET',KEYS[3])~=ARGV[2] then return 0 end
            if ARGV[4]=='-1' then redis.call('SET',KEYS[2],'V'..ARGV[3])
            else redis.call('SET',KEYS[2],'v'..moment(ARGV[4])..ARGV[3],'PX',ARGV[4]) end
            redis.call('DEL',KEYS[3]) return 1"""),

    /** KEYS gen l; ARGV gen, token, leaseMs. */
    RENEW("""
            if redis.call('GET',KEYS[1])~=ARGV[1] then return -1 end
            if redis.call('GET',KEYS[2])~=ARGV[2] then return 0 end
            return redis.call('PEXPIRE',KEYS[2],ARGV[3])"""),

    /** KEYS gen l; ARGV gen, token. */
    RELEASE("""
            if redis.call('GET',KEYS[1])~=ARGV[1] then return -1 end
            if redis.call('GET',KEYS[2])==ARGV[2] then return redis.call('DEL',KEYS[2]) end return 0"""),

    /** KEYS gen next, v l of each key, and again in the next generation if there is one; ARGV gen, next, tombMs. */
    INVALIDATE(Script.SAME_VIEW + """
            local last=#KEYS if ARGV[2]~='' then last=2+(#KEYS-2)/2 end
            for i=3,last,2 do redis.call('DEL',KEYS[i],KEYS[i+1]) end
            for i=last+1,#KEYS,2 do
              redis.call('SET',KEYS[i],'T','PX',ARGV[3]) redis.call('DEL',KEYS[i+1]) end
            return 1"""),

    /**
     * KEYS gen next v l, and v l in the next generation; ARGV gen, next, tombMs, maxStaleMs. The lease goes too: what is
     * being loaded may be what was just called old.
     */
    EXPIRE(Script.MOMENT + Script.SOFTEN + Script.SAME_VIEW + Script.BURY_NEXT + """
            redis.call('DEL',KEYS[4])
            local b=redis.call('GETRANGE',KEYS[3],0,0)
            if b=='' or b=='T' then return 0 end
            soften(KEYS[3],b,ARGV[4]) return 1"""),

    /** KEYS as EXPIRE; ARGV gen, next, tombMs, token, leaseMs. Overwrites a reader's lease: its fill is void. */
    BEGIN_WRITE(Script.SAME_VIEW + Script.BURY_NEXT + """
            redis.call('SET',KEYS[4],ARGV[4],'PX',ARGV[5]) redis.call('DEL',KEYS[3]) return 1"""),

    /** KEYS as EXPIRE; ARGV gen, next, tombMs, token, value and ttlMs as FILL. If another writer came between: nobody's. */
    COMMIT_WRITE(Script.MOMENT + Script.SAME_VIEW + Script.BURY_NEXT + """
            if redis.call('GET',KEYS[4])~=ARGV[4] then redis.call('DEL',KEYS[3],KEYS[4]) return 0 end
            if ARGV[6]=='-1' then redis.call('SET',KEYS[3],'V'..ARGV[5])
            else redis.call('SET',KEYS[3],'v'..moment(ARGV[6])..ARGV[5],'PX',ARGV[6]) end
            redis.call('DEL',KEYS[4]) return 1"""),

    /**
     * KEYS gen v; ARGV gen, header of the envelope, headerBytes - 1, keepMs. Does something only where the envelope begins
     * with the header, which has a checksum of all the rest.
     */
    RETIRE(Script.MOMENT + Script.SOFTEN + """
            if redis.call('GET',KEYS[1])~=ARGV[1] then return -1 end
            local b=redis.call('GETRANGE',KEYS[2],0,0)
            local skip=0 if b=='v' or b=='s' then skip=12 end
            if string.upper(b)..redis.call('GETRANGE',KEYS[2],1+skip,ARGV[3]+skip)~=ARGV[2] then return 0 end
            if ARGV[4]=='0' then redis.call('DEL',KEYS[2]) return 1 end
            soften(KEYS[2],b,ARGV[4]) return 1"""),

    /** KEYS tc tl; ARGV newClock. */
    TAG_CLOCK(Script.CLOCK + "return c"),

    /**
     * KEYS tc tl, t of each tag; ARGV newClock, recordMs, the tags. The clock, the time, and each tag's record: epoch,
     * count when removed, count when stale (eight hex digits each), and the time when stale (sixteen).
     */
    TAG_READ(Script.CLOCK + Script.RECORDS + """
            local out={c,string.format('%d',ms)}
            for i=3,#KEYS do
              local r,known=record(KEYS[i],ARGV[i])
              if known then redis.call('PEXPIRE',KEYS[i],ARGV[2])
              else redis.call('SET',KEYS[i],r,'PX',ARGV[2]) end
              out[i]=r end
            return out"""),

    /** KEYS tc tl t; ARGV newClock, recordMs, tag, kind, most of the list. */
    TAG_CHANGE(Script.CLOCK + Script.RECORDS + """
            if count>=4294967295 then
              c=ARGV[1] epoch=string.sub(c,1,8) count=0 redis.call('DEL',KEYS[2]) log=nil end
            local r=record(KEYS[3],ARGV[3])
            count=count+1 local at=string.format('%08x',count) c=epoch..at
            redis.call('SET',KEYS[1],c)
            redis.call('LPUSH',KEYS[2],ARGV[3]) redis.call('LTRIM',KEYS[2],0,tonumber(ARGV[5])-1)
            if ARGV[4]=='REMOVED' then r=epoch..at..string.sub(r,17)
            else r=string.sub(r,1,16)..at..string.format('%016x',ms) end
            redis.call('SET',KEYS[3],r,'PX',ARGV[2])
            return c"""),

    /** KEYS tc tl; ARGV newClock, a reading of the epoch that must not go on. */
    TAG_EPOCH(Script.CLOCK + """
            if string.sub(c,1,8)==string.sub(ARGV[2],1,8) then
              c=ARGV[1] redis.call('SET',KEYS[1],c) redis.call('DEL',KEYS[2]) end
            return c"""),

    /** KEYS gen next; ARGV newGeneration. Makes a generation if there is none. */
    VIEW("""
            local g=redis.call('GET',KEYS[1])
            if not g then g=ARGV[1] redis.call('SET',KEYS[1],g) end
            return {g,redis.call('GET',KEYS[2])}"""),

    /** KEYS gen next rb old; ARGV newGeneration. A rebuild's token goes too: it may not switch any more. */
    CLEAR("""
            local g=redis.call('GET',KEYS[1])
            redis.call('SET',KEYS[1],ARGV[1]) redis.call('DEL',KEYS[2],KEYS[3])
            if g then redis.call('SADD',KEYS[4],g) end
            return 1"""),

    /** KEYS gen next rb old; ARGV generation, token, ms. 0 where another rebuild runs. Until it ends it counts as old. */
    BEGIN_REBUILD("""
            if not redis.call('SET',KEYS[3],ARGV[2],'NX','PX',ARGV[3]) then return 0 end
            redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[3]) redis.call('SADD',KEYS[4],ARGV[1]) return 1"""),

    /** KEYS gen next rb old; ARGV generation, token, ms. */
    KEEP_REBUILD("""
            if redis.call('GET',KEYS[2])~=ARGV[1] or redis.call('GET',KEYS[3])~=ARGV[2] then return 0 end
            redis.call('PEXPIRE',KEYS[2],ARGV[3]) return redis.call('PEXPIRE',KEYS[3],ARGV[3])"""),

    /** KEYS gen next rb old; ARGV generation, token. 0 where the rebuild lost its place. */
    SWITCH("""
            if redis.call('GET',KEYS[2])~=ARGV[1] or redis.call('GET',KEYS[3])~=ARGV[2] then return 0 end
            local g=redis.call('GET',KEYS[1])
            redis.call('SET',KEYS[1],ARGV[1]) redis.call('DEL',KEYS[2],KEYS[3]) redis.call('SREM',KEYS[4],ARGV[1])
            if g then redis.call('SADD',KEYS[4],g) end
            return 1"""),

    /** KEYS gen next rb old; ARGV generation, token. Harmless after a switch. */
    ABORT_REBUILD("""
            if redis.call('GET',KEYS[3])==ARGV[2] then redis.call('DEL',KEYS[3]) end
            if redis.call('GET',KEYS[2])==ARGV[1] then redis.call('DEL',KEYS[2]) end
            return 1""");

    /** The tag clock {@code c}; where it is missing it is begun, and what was known of changes is void. */
    private static final String CLOCK = """
            local c=redis.call('GET',KEYS[1])
            if not c or #c~=16 then c=ARGV[1] redis.call('SET',KEYS[1],c) redis.call('DEL',KEYS[2]) end
            """;

    /** The record of a tag, and whether there was one: else it is made of the list of the latest changes. */
    private static final String RECORDS = """
            local epoch=string.sub(c,1,8) local count=tonumber(string.sub(c,9),16) local log=nil local last={}
            local t=redis.call('TIME') local ms=t[1]*1000+math.floor(t[2]/1000)
            local function record(key,tag)
              local r=redis.call('GET',key)
              if r and #r==40 and string.sub(r,1,8)==epoch then return r,true end
              if not log then
                log=redis.call('LRANGE',KEYS[2],0,-1) last={}
                for i=#log,1,-1 do last[log[i]]=count-i+1 end end
              return epoch..string.format('%08x',last[tag] or (count-#log))..string.rep('0',24),false end
            """;

    /** The moment that is {@code ms} from now, as {@link StoredValue} has it. */
    private static final String MOMENT = """
            local function moment(ms)
              local t=redis.call('TIME') return string.format('%012x',t[1]*1000+math.floor(t[2]/1000)+ms) end
            """;

    /** Makes a value that begins with {@code b} softly expired, and lets it live {@code ms} more at most. */
    private static final String SOFTEN = """
            local function soften(key,b,ms)
              local p=redis.call('PTTL',key) local sooner=p<0 or p>tonumber(ms) local s='S'
              if b=='v' or b=='s' then s='s' if sooner then s=s..moment(ms) end end
              redis.call('SETRANGE',key,0,s)
              if sooner then redis.call('PEXPIRE',key,ms) end end
            """;

    private static final String SAME_VIEW = """
            if redis.call('GET',KEYS[1])~=ARGV[1] or (redis.call('GET',KEYS[2]) or '')~=ARGV[2] then return -1 end
            """;

    private static final String BURY_NEXT = """
            if ARGV[2]~='' then redis.call('SET',KEYS[5],'T','PX',ARGV[3]) redis.call('DEL',KEYS[6]) end
            """;

    private final String lua;
    private final String digest;

    Script(String lua) {
        this.lua = lua;
        this.digest = sha1(lua);
    }

    String lua() {
        return lua;
    }

    /** What EVALSHA calls it by. */
    String digest() {
        return digest;
    }

    private static String sha1(String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
