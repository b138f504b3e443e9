"""Certificates for tests, made by openssl."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)


def authority(folder: Path, name: str) -> None:
    """Make the certificate and key of an authority: ``name.pem``, ``name.key``."""
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key"]
    _openssl(folder, "req", "-x509", *key, "-days", "2", "-subj", f"/CN={name}", "-out", f"{name}.pem")


def certificate(folder: Path, name: str, host: str, by: str) -> None:
    """Make a certificate for ``host`` that the authority ``by`` has signed."""
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key"]
    kind = "IP" if host[0].isdigit() else "DNS"
    (folder / f"{name}.ext").write_text(f"subjectAltName={kind}:{host}\n")
    _openssl(folder, "req", "-new", *key, "-subj", f"/CN={host}", "-out", f"{name}.csr")
    signer = ["-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial", "-extfile", f"{name}.ext"]
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signer, "-days", "2", "-out", f"{name}.pem")


def encrypted(folder: Path, name: str, password: str) -> None:
    """Make ``name.encrypted.key``, which only ``password`` opens."""
    (folder / "passphrase").write_text(f"{password}\n")
    output = ["-out", f"{name}.encrypted.key", "-aes256", "-passout", "file:passphrase"]
    _openssl(folder, "pkey", "-in", f"{name}.key", *output)
