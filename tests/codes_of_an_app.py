"""The codes that an authenticator app shows, reckoned by the standard (RFC 6238) and not by the code under test."""

import base64
import hashlib
import hmac
import struct
import time


def code_at(secret: str, moment: float | None = None) -> str:
    steps = int((time.time() if moment is None else moment) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", steps), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
