package dev.larder.read;

/**
 * What a process knew of the others' changes when a read began, before it looked at anything.
 *
 * @param heard whether all that the reader waits for had been heard here. Else the value of a flight that began before, or
 *     that took it from the near tier, is not for him
 * @param proofNanos the bus's last proof
 */
record Known(boolean heard, long proofNanos) {}
