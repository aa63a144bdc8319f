#!/usr/bin/env python3
"""A server of embeddings for the tests: OpenAI's /v1/embeddings and Ollama's /api/embed, well behaved and not.

    embed_server.py PORT_FILE [LOG_FILE] [MODE_FILE]

Listens on a free port of 127.0.0.1, writes it to PORT_FILE, and goes when its parent does. The mode is the first part
of the path (/reset/v1/embeddings), or what MODE_FILE says, or "ok". LOG_FILE gets one line of JSON a request.
Vectors are made of hashed words, with a few synonyms, so that "automobile" finds "car"."""

import base64
import hashlib
import json
import os
import re
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time

# Nobody's: made for this test, signed by itself, for localhost and 127.0.0.1.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgW2/kkENr9fn8hNH3
37pgWD8ty1eKyEj9KgH0pd1KKw2hRANCAAQJr2Ke8VsaGPdNqWHeES4u2Ux71HGJ
sImEAQoVMZSS8LJOFRywReoBsbbSYEiheyzwFCeLM9ECXnMoU1oVjHlz
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUAaqLzF4P2VZC8GUbS84xgmMNWkgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTAzNDYyOVoYDzIxMjYxMDI4
MDM0NjI5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQJr2Ke8VsaGPdNqWHeES4u2Ux71HGJsImEAQoVMZSS8LJOFRywReoB
sbbSYEiheyzwFCeLM9ECXnMoU1oVjHlzo28wbTAdBgNVHQ4EFgQU8uKBzBI8/7j7
EolUZ/qiTRD1++kwHwYDVR0jBBgwFoAU8uKBzBI8/7j7EolUZ/qiTRD1++kwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAJaKwfV4AXAThlSHj6n9db30+YtrmxgPYYFljZv5j8/kAiEA
gT7M3aoo7SLKcXxQMuAit8yT+tU7l9uvIokFJWbvy9Y=
-----END CERTIFICATE-----
"""
SYNONYMS = {"automobile": "car", "vehicle": "car", "signin": "login", "logon": "login"}
KNOWN = {"v1", "api", "embeddings"}
lock = threading.Lock()
counts = {}  # requests by mode
log_file = sys.argv[2] if len(sys.argv) > 2 else None
mode_file = sys.argv[3] if len(sys.argv) > 3 else None


def embed(text, dims):
    v = [0.0] * dims
    v[0] = 0.01
    for word in re.findall(r"\w+", text.lower()):
        h = hashlib.md5(SYNONYMS.get(word, word).encode()).digest()
        v[int.from_bytes(h[:4], "little") % dims] += 1 if h[4] & 1 else -1
    return v


class Gone(Exception):
    pass


class Client:
    def __init__(self, sock, number):
        self.sock = sock
        self.number = number
        self.bytes = b""

    def fill(self):
        more = self.sock.recv(65536)
        if not more:
            raise Gone
        self.bytes += more

    def request(self):
        """path, headers (lower case), body"""
        while b"\r\n\r\n" not in self.bytes:
            self.fill()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        while len(self.bytes) < length:
            self.fill()
        body, self.bytes = self.bytes[:length], self.bytes[length:]
        return lines[0].split(" ")[1], headers, body

    def send(self, data):
        self.sock.sendall(data)

    def answer(self, status, body, extra="", length=None, version="1.1"):
        body = body if isinstance(body, bytes) else body.encode()
        n = len(body) if length is None else length
        head = f"HTTP/{version} {status} Whatever\r\nContent-Type: application/json\r\n{extra}"
        if n >= 0:
            head += f"Content-Length: {n}\r\n"
        self.send(head.encode() + b"\r\n" + body)

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def serve_one(self):
        path, headers, body = self.request()
        parts = [p for p in path.split("?")[0].split("/") if p]
        mode = parts[0] if parts and parts[0] not in KNOWN else "ok"
        if mode_file and mode == "ok" and os.path.exists(mode_file):
            with open(mode_file) as f:
                mode = f.read().strip() or "ok"
        with lock:
            counts[mode] = counts.get(mode, 0) + 1
            count = counts[mode]
        request = json.loads(body)
        texts = request["input"]
        if log_file:
            line = {"path": path, "mode": mode, "auth": headers.get("authorization"), "client": self.number,
                    "model": request.get("model"), "dimensions": request.get("dimensions"), "n": len(texts),
                    "bytes": sum(len(t.encode()) for t in texts), "texts": texts,
                    "format": request.get("encoding_format"), "truncate": request.get("truncate"),
                    "type": headers.get("content-type"), "host": headers.get("host")}
            with lock, open(log_file, "a") as f:
                f.write(json.dumps(line) + "\n")
        self.misbehave(mode, count, path, headers, request, texts)

    def misbehave(self, mode, count, path, headers, request, texts):
        ollama = path.split("?")[0].endswith("/api/embed")
        dims = request.get("dimensions") or int(re.sub(r"\D", "", mode) or 0) if mode.startswith("dims") else \
            request.get("dimensions") or 64
        if mode == "wrongdims":
            dims += 1
        vectors = [embed(t, dims) for t in texts]
        data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors)]
        key = (headers.get("authorization") or "").replace("Bearer ", "")
        raw = None  # the answer's text, if it is not made of `vectors` and `data`
        extra = ""
        if mode == "shuffled":
            data.reverse()
        elif mode == "noindex":
            for d in data:
                del d["index"]
        elif mode == "dupindex":
            data[-1]["index"] = 0
        elif mode == "negindex":
            data[0]["index"] = -1
        elif mode == "bigindex":
            data[0]["index"] = 10 ** 12
        elif mode == "halfindex":
            data[0]["index"] = 0.5
        elif mode == "textindex":
            data[0]["index"] = "0"
        elif mode == "missing":
            data.pop()
            vectors.pop()
        elif mode == "extra":
            data.append({"object": "embedding", "index": len(data), "embedding": vectors[0]})
            vectors.append(vectors[0])
        elif mode == "lengths":
            data[-1]["embedding"] = vectors[-1] = vectors[-1] + [1.0]
        elif mode == "zero":
            data[0]["embedding"] = vectors[0] = [0.0] * dims
        elif mode == "empty":
            data[0]["embedding"] = vectors[0] = []
        elif mode == "null":
            vectors[0][1] = None
        elif mode == "nan":
            vectors[0][1] = float("nan")
        elif mode == "inf":
            vectors[0][1] = 123456789
        elif mode == "base64":
            for i, d in enumerate(data):
                d["embedding"] = base64.b64encode(struct.pack(f"<{dims}f", *vectors[i])).decode()
        elif mode == "notjson":
            raw = "<html><body>It works!</body></html>"
        elif mode == "wrongtypes":
            raw = '{"data": {"index": 0}, "embeddings": "none"}'
        elif mode == "novectors":
            raw = '{"object": "list"}'
        elif mode == "array":
            raw = "[1, 2, 3]"
        elif mode == "deep":
            raw = '{"x": ' + "[" * 100000
        elif mode == "badutf8":
            raw = b'{"x": "\xff\xfe"}'
        elif mode == "toolong" and max(len(t.encode()) for t in texts) > 800:
            return self.answer(400, '{"error": {"message": "input is too long for the model"}}')
        elif mode == "slow":
            time.sleep(0.3)
        elif mode in ("s429", "s503") and count % 3:
            return self.answer(int(mode[1:]), '{"error": "later"}', "Retry-After: 1\r\n")
        elif mode == "long429":
            return self.answer(429, '{"error": "quota"}', "Retry-After: 3600\r\n")
        elif mode == "always503":
            return self.answer(503, "")
        elif mode == "s401":
            return self.answer(401, json.dumps({"error": {"message": f"Incorrect API key provided: {key}. \x1b[31m" +
                                                          f"Again: {key[:10]} {key[4:]}", "code": "invalid_api_key"}}))
        elif mode == "s403":
            return self.answer(403, "")
        elif mode == "s404":
            return self.answer(404, '{"error": "model \\"toy\\" not found, try pulling it first"}')
        elif mode == "s500":
            return self.answer(500, "boom " + key + "x" * 5000)
        elif mode == "redirect":
            return self.answer(302, "", "Location: /elsewhere/v1/embeddings\r\n")
        elif mode == "redirect307":
            return self.answer(307, "", "Location: /elsewhere/v1/embeddings\r\n")
        elif mode == "close":
            raise Gone
        elif mode == "closeonce" and count % 2:
            raise Gone
        elif mode == "hang":
            time.sleep(60)
        elif mode == "nothttp":
            self.send(b"SSH-2.0-OpenSSH_9.2\r\n")
            raise Gone
        # the answer is well-formed up to here; some do not arrive as such
        if raw is None:
            raw = json.dumps({"model": request["model"], "embeddings": vectors, "total_duration": 1} if ollama else
                             {"object": "list", "data": data, "model": request["model"],
                              "usage": {"prompt_tokens": 1, "total_tokens": 1}})
        if mode == "inf":
            raw = raw.replace("123456789", "1e999")
        elif mode == "dupkeys":
            raw = raw[:-1] + ', "data": [], "embeddings": []}'
        elif mode == "cutjson":
            raw = raw[: len(raw) // 2]
        elif mode == "trailing":
            raw += "x"
        raw = raw if isinstance(raw, bytes) else raw.encode()
        if mode == "truncated":  # less than was promised
            self.answer(200, raw[:200], length=len(raw))
            raise Gone
        if mode == "shortlength":
            self.answer(200, raw[:100])
            raise Gone
        if mode == "reset":
            self.answer(200, raw[:200], length=len(raw))
            time.sleep(0.05)
            self.reset()
        if mode == "huge":
            self.answer(200, "", length=1 << 40)
            while True:
                self.send(b" " * 65536)
        if mode == "drip":
            self.answer(200, "", length=len(raw))
            for i in range(len(raw)):
                self.send(raw[i:i + 1])
                time.sleep(1)
        if mode == "http10":
            self.answer(200, raw, length=-1, version="1.0")
            raise Gone
        if mode == "chunked":
            self.answer(200, "", "Transfer-Encoding: chunked\r\n", length=-1)
            for i in range(0, len(raw), 1000):
                part = raw[i:i + 1000]
                self.send(b"%x\r\n%s\r\n" % (len(part), part))
            return self.send(b"0\r\n\r\n")
        return self.answer(200, raw, extra)

    def serve(self):
        try:
            if self.sock.recv(1, socket.MSG_PEEK) == b"\x16":
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                with tempfile.NamedTemporaryFile("w") as f:
                    f.write(CERTIFICATE)
                    f.flush()
                    context.load_cert_chain(f.name)
                self.sock = context.wrap_socket(self.sock, server_side=True)
            while True:
                self.serve_one()
        except (Gone, OSError):
            pass
        finally:
            self.sock.close()


def watch_parent(parent):
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


def main():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    threading.Thread(target=watch_parent, args=(os.getppid(),), daemon=True).start()
    with open(sys.argv[1] + ".new", "w") as f:
        f.write(f"{listener.getsockname()[1]}\n")
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    number = 0
    while True:
        sock, _ = listener.accept()
        number += 1
        threading.Thread(target=Client(sock, number).serve, daemon=True).start()


main()
