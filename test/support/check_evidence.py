"""Checks an exported bundle, and the golden vectors, from docs/LEDGER.md and docs/DIGESTS.md alone.

Shares nothing with the gateway or its verifier: hashes are hashlib's, archives tarfile's, JSON json's, Ed25519 and
certificates those of `cryptography`. Prints what it has checked as one JSON object; any fault is an AssertionError.

    check_evidence.py bundle FILE.tar        check_evidence.py vectors FOLDER
"""

import base64
import hashlib
import json
import struct
import sys
import tarfile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = b"counterfoil/entry/1\n"
SIGNED = {"transfer.sent": "provider", "transfer.landed": "consumer", "transfer.rejected": "consumer"}


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value):
    # The profile has ASCII member names and whole numbers only, so this is RFC 8785.
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def verify(key, signature, message):
    Ed25519PublicKey.from_public_bytes(key).verify(signature, message)


# RFC 6962 section 2.1


def split(count):
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def leaf_hash(data):
    return sha256(b"\0", data)


def node(left, right):
    return sha256(b"\1", left, right)


def tree_hash(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(tree_hash(leaves[:k]), tree_hash(leaves[k:]))


def root_of_inclusion(leaf, index, size, path):
    if size == 1:
        assert not path
        return leaf
    k = split(size)
    if index < k:
        return node(root_of_inclusion(leaf, index, k, path[:-1]), path[-1])
    return node(path[-1], root_of_inclusion(leaf, index - k, size - k, path[:-1]))


def roots_of_consistency(old, size, path, old_root, whole=True):
    if old == size:
        if whole:
            assert not path
            return old_root, old_root
        (only,) = path
        return only, only
    k = split(size)
    if old <= k:
        a, b = roots_of_consistency(old, k, path[:-1], old_root, whole)
        return a, node(b, path[-1])
    a, b = roots_of_consistency(old - k, size - k, path[:-1], old_root, False)
    return node(path[-1], a), node(path[-1], b)


def check_consistency(old, size, path, old_root, root):
    assert roots_of_consistency(old, size, path, old_root) == (old_root, root)


# C2SP signed-note, tlog-checkpoint, tlog-cosignature


def key_id(name, kind, key):
    return sha256(name.encode(), b"\n", bytes([kind]), key)[:4]


def open_note(note):
    text, _, lines = note.partition("\n\n")
    signatures = []
    for line in lines.splitlines():
        dash, name, blob = line.split(" ")
        assert dash == "\u2014"
        blob = base64.b64decode(blob, validate=True)
        signatures.append((name, blob[:4], blob[4:]))
    return text + "\n", signatures


def check_signed(note, name, key):
    """The text of a note that a key signs under a name."""
    text, signatures = open_note(note)
    wanted = key_id(name, 1, key)
    (signature,) = [s for n, i, s in signatures if n == name and i == wanted]
    verify(key, signature, text.encode())
    return text


def check_cosigned(note, name, key):
    """The time of a cosignature by a name, where the note has one."""
    text, signatures = open_note(note)
    for n, i, blob in signatures:
        if n == name and i == key_id(name, 4, key):
            (time,) = struct.unpack(">Q", blob[:8])
            verify(key, blob[8:], f"cosignature/v1\ntime {time}\n{text}".encode())
            return time
    return None


def parse_head(text):
    origin, size, root = text.splitlines()
    return origin, int(size), base64.b64decode(root, validate=True)


def verifier_key(text):
    name, key_hash, data = text.split("+", 2)
    data = base64.b64decode(data, validate=True)
    assert key_id(name, data[0], data[1:]).hex() == key_hash
    return name, data[0], data[1:]


# Entries


def read_entry(body):
    assert len(body) <= 65535 and body.startswith(PREFIX)
    entry = json.loads(body[len(PREFIX) :])
    assert PREFIX + canonical(entry) == body, "not canonical"
    assert entry["v"] == 1
    return entry


def check_entry_signature(entry, key):
    unsigned = {name: value for name, value in entry.items() if name != "sig"}
    role = SIGNED[entry["type"]]
    message = f"counterfoil/entry-signature/1\n{role}\n".encode() + PREFIX + canonical(unsigned)
    assert entry["sigKey"] == sha256(key).hex()
    verify(key, base64.b64decode(entry["sig"]), message)


def check_rotation(entry):
    statement = {"new": entry["new"], "old": entry["old"], "org": entry["org"]}
    message = b"counterfoil/key-rotation/1\n" + canonical(statement)
    for name in ("old", "new"):
        verify(base64.b64decode(entry[name]), base64.b64decode(entry[f"{name}Signature"]), message)


# Bundles


def tile_path(index, width):
    path = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        path = f"x{index % 1000:03}/{path}"
    return path if width == 256 else f"{path}.p/{width}"


def tile_parts(width):
    return [(at, min(256, width - at * 256)) for at in range((width + 255) // 256)]


class Log:
    def __init__(self, files, folder, keys, cosigner, cosigner_keys, counts):
        self.files, self.folder, self.counts = files, folder, counts
        self.keys, self.cosigner, self.cosigner_keys = keys, cosigner, cosigner_keys
        self.origin, self.size, self.root = self.open_head(files[f"{folder}/checkpoint"].decode())
        self.bodies = []
        for index, width in tile_parts(self.size):
            data = files[f"{folder}/tile/entries/{tile_path(index, width)}"]
            at = 0
            while at < len(data):
                (length,) = struct.unpack_from(">H", data, at)
                self.bodies.append(data[at + 2 : at + 2 + length])
                at += 2 + length
        self.leaves = [leaf_hash(body) for body in self.bodies]
        assert len(self.leaves) == self.size and tree_hash(self.leaves) == self.root
        self.check_tiles()
        self.check_entries()
        for line in head_lines(files, f"{folder}/heads/"):
            origin, size, root = self.open_head(line["note"])
            assert origin == self.origin and tree_hash(self.leaves[:size]) == root
            counts["heads"] += 1

    def open_head(self, note):
        _, size, _ = parse_head(open_note(note)[0])
        key = [key for start, key in self.keys if start <= size][-1]
        head = parse_head(check_signed(note, head_name(note), key))
        for _, key in self.cosigner_keys:
            if check_cosigned(note, self.cosigner, key) is not None:
                self.counts["cosignatures"] += 1
        return head

    def check_tiles(self):
        level, width, hashes = 0, self.size, self.leaves
        while width > 0:
            for index, count in tile_parts(width):
                stored = self.files[f"{self.folder}/tile/{level}/{tile_path(index, count)}"]
                assert stored == b"".join(hashes[index * 256 : index * 256 + count])
            hashes = [tree_hash(hashes[i : i + 256]) for i in range(0, width - width % 256, 256)]
            level, width = level + 1, width // 256

    def check_entries(self):
        prev, ts = "0" * 64, ""
        for seq, body in enumerate(self.bodies):
            entry = read_entry(body)
            assert (entry["log"], entry["seq"], entry["prev"]) == (self.origin, seq, prev) and entry["ts"] >= ts
            if entry["type"] in SIGNED:
                check_entry_signature(entry, [key for start, key in self.keys if start <= seq][-1])
                self.counts["signed"] += 1
            if entry["type"] == "key.rotated":
                check_rotation(entry)
            prev, ts = self.leaves[seq].hex(), entry["ts"]
            self.counts["entries"] += 1


def head_name(note):
    return note.splitlines()[0]


def head_lines(files, prefix):
    for path in sorted(files):
        if path.startswith(prefix):
            for line in files[path].decode().splitlines():
                yield json.loads(line)


def decode_all(texts):
    return [base64.b64decode(text, validate=True) for text in texts]


def check_bundle(path):
    with tarfile.open(path) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}
    manifest = json.loads(files["manifest.json"])
    assert canonical(manifest) == files["manifest.json"]
    for listed in manifest["files"]:
        data = files[listed["path"]]
        assert (len(data), sha256(data).hex()) == (listed["size"], listed["sha256"])
    assert len(files) == len(manifest["files"]) + 2
    org, peer = manifest["org"], manifest["peer"]
    keys = {}
    for listed in json.loads(files["keys.json"])["keys"]:
        name, kind, key = verifier_key(listed["vkey"])
        assert name == listed["log"]
        keys.setdefault((name, kind), []).append((listed["from"], key))
    channel, copy, master = (f"{org}/counterfoil/peer/{peer}", f"{peer}/counterfoil/peer/{org}", f"{org}/counterfoil/master")
    bundle_name = f"{org}/counterfoil/bundle"
    text = check_signed(files["manifest.note"].decode(), bundle_name, keys[(channel, 1)][-1][1])
    assert text == f"{bundle_name}\n{sha256(files['manifest.json']).hex()}\n"
    counts = {"entries": 0, "signed": 0, "heads": 0, "cosignatures": 0, "inclusion": 0, "consistency": 0, "documents": 0}
    theirs = keys[(f"{peer}/counterfoil", 4)]
    Log(files, "channel", keys[(channel, 1)], f"{peer}/counterfoil", theirs, counts)
    Log(files, "peer", keys[(copy, 1)], f"{org}/counterfoil", keys[(channel, 1)], counts)
    check_master(files, master, keys[(master, 1)], counts)
    for path, data in files.items():
        if path.startswith("documents/"):
            check_document(*path.split("/")[1:], data)
            counts["documents"] += 1
    return counts


def check_master(files, origin, keys, counts):
    def opened(note):
        _, size, _ = parse_head(open_note(note)[0])
        return parse_head(check_signed(note, origin, [key for start, key in keys if start <= size][-1]))

    _, size, root = opened(files["master/checkpoint"].decode())
    for line in head_lines(files, "master/entries/"):
        body = line["body"].encode()
        assert read_entry(body)["seq"] == line["seq"]
        assert root_of_inclusion(leaf_hash(body), line["seq"], size, decode_all(line["proof"])) == root
        counts["inclusion"] += 1
    for line in head_lines(files, "master/heads/"):
        _, old, old_root = opened(line["note"])
        check_consistency(old, size, decode_all(line["proof"]), old_root, root)
        counts["consistency"] += 1


def version_id(manifest):
    digest = sha256(b"counterfoil/version/1\n", manifest)
    return "v-" + base64.b32encode(digest).decode().lower().rstrip("=")


def check_document(kind, name, data):
    if kind == "version":
        assert name == version_id(data)
    elif kind == "view":
        assert name == sha256(b"counterfoil/view/1\n", data).hex()
    elif kind != "attestation":
        assert name == sha256(data).hex()


# Vectors


def check_vectors(folder):
    with open(f"{folder}/ledger.json", encoding="utf-8") as file:
        vectors = json.load(file)
    keys = [base64.b64decode(known["publicKey"]) for known in vectors["keys"]]
    leaves = []
    for made in vectors["entries"]:
        body = made["body"].encode()
        assert PREFIX + canonical(made["object"]) == body and read_entry(body) == made["object"]
        leaves.append(leaf_hash(body))
        assert leaves[-1].hex() == made["leaf"]
        head = vectors["heads"][len(leaves) - 1]
        assert (head["size"], head["root"]) == (len(leaves), tree_hash(leaves).hex())
        if made["object"]["type"] in SIGNED:
            check_entry_signature(made["object"], keys[0])
        if made["object"]["type"] == "key.rotated":
            check_rotation(made["object"])
    for note, key in zip(vectors["checkpoints"], (keys[0], keys[2])):
        check_signed(note, head_name(note), key)
    for given in vectors["cosignatures"]:
        note = f"{given['text']}\n{given['line']}"
        assert check_cosigned(note, "vendor.example/counterfoil", keys[1]) == given["time"]
    payload = {name: value if name == "commit" else bytes.fromhex(value) for name, value in vectors["payload"].items()}
    assert sha256(b"counterfoil/payload/1\n", payload["salt"], payload["bytes"]).hex() == payload["commit"]
    check_fork(json.loads(vectors["fork"]))
    check_rotation(vectors["rotation"]["fields"])
    statement = {name: vectors["rotation"]["fields"][name] for name in ("new", "old", "org")}
    assert b"counterfoil/key-rotation/1\n" + canonical(statement) == vectors["rotation"]["signed"].encode()
    witness = vectors["witness"]
    name, kind, key = verifier_key(witness["vkey"])
    assert kind == 4 and check_cosigned(witness["note"], name, key) == witness["time"]
    check_signed(witness["note"], head_name(witness["note"]), keys[0])
    check_timestamp(folder)
    with open(f"{folder}/digests.json", encoding="utf-8") as file:
        digests = json.load(file)
    assert version_id(canonical(digests["version"]["manifest"])) == digests["version"]["id"]
    view = sha256(b"counterfoil/view/1\n", canonical(digests["view"]["manifest"])).hex()
    assert view == digests["view"]["digest"]
    return {name: len(vectors[name]) for name in ("entries", "checkpoints", "cosignatures")}


def check_fork(fork):
    key = base64.b64decode(fork["key"])
    _, old, signed_root = parse_head(check_signed(fork["smaller"], fork["origin"], key))
    _, size, root = parse_head(check_signed(fork["larger"], fork["origin"], key))
    shown = base64.b64decode(fork["rootAtSmaller"])
    check_consistency(old, size, decode_all(fork["proof"]), shown, root)
    assert shown != signed_root


def check_timestamp(folder):
    """The token's imprint is of the note, and its signer's certificate is the one that is named."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import pkcs7

    with open(f"{folder}/timestamp.json", encoding="utf-8") as file:
        stamp = json.load(file)
    token = base64.b64decode(stamp["token"])
    assert sha256(token).hex() == stamp["digest"]
    assert sha256(stamp["note"].encode()) in token
    certificates = pkcs7.load_der_pkcs7_certificates(token)
    (signer,) = [c for c in certificates if is_for_time_stamping(c, x509)]
    assert sha256(signer.public_bytes(encoding=der())).hex() == stamp["certificate"]


def der():
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.DER


def is_for_time_stamping(certificate, x509):
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return list(usage) == [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]


if __name__ == "__main__":
    what, path = sys.argv[1:]
    print(json.dumps({"bundle": check_bundle, "vectors": check_vectors}[what](path)))
