# Reads pairs of a double (8 bytes) and the text that the library made of it (its length in 1 byte,
# the text) from standard input, and prints those that Python writes in another way, and their number.
import struct
import sys

pairs = others = 0
data = sys.stdin.buffer
while True:
    head = data.read(9)
    if len(head) < 9:
        break
    value, length = struct.unpack(">dB", head)
    made = data.read(length).decode("ascii")
    pairs += 1
    if made != repr(value):
        others += 1
        if others <= 20:
            print(f"{value.hex()}: {made}, but {value!r} in Python")
print(f"{pairs} compared, {others} differ, {len(head)} bytes left")
