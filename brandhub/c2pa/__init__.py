"""Content credentials (C2PA): who signs files, signing them, and reading what was signed.

Knows bytes, certificates and manifests; what a manifest says of an avatar is
``avatars.credentials``. The library, 23 MB, is loaded with the first file that is signed or read.
"""

#: The files of an identity that an installation made for itself.
CERTIFICATES_FILE, KEY_FILE, ANCHORS_FILE = "certificates.pem", "key.pem", "anchors.pem"
