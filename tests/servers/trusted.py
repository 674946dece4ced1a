"""Certificates for servers of tests: an authority of our own, and one certificate for localhost and 127.0.0.1."""

import datetime
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """Files: whom to trust, a server's certificate, and its key."""

    authority: Path
    certificate: Path
    key: Path


@contextmanager
def trusted(folder: Path) -> Iterator[Trusted]:
    """An authority and a certificate that hold for a day."""
    folder.mkdir(exist_ok=True, parents=True)
    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    made = Trusted(authority=folder / "ca.pem", certificate=folder / "server.pem", key=folder / "server.key")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of tests")])
    authority = _begun(name, name, root).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = _begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), name, own)
    server = server.add_extension(x509.SubjectAlternativeName(names), critical=False)
    made.authority.write_bytes(authority.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(server.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    made.key.chmod(0o644)
    yield made


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
