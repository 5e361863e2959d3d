"""What a bucket means by an answer that is not the file."""

import re

REFUSED_KEY = "The bucket refused the key."
NOT_FOR_KEY = "The key may not read this file."
NO_BUCKET = "There is no such bucket."
NO_FILE = "There is no such file in the bucket."
OTHER_REGION = "The bucket is in another region."
WRONG_CLOCK = "The bucket says that this server's clock is wrong."

# Codes of Amazon S3 ("Error responses") and of Google's XML API; others made them theirs.
_SENTENCES = {
    "InvalidAccessKeyId": REFUSED_KEY,
    "SignatureDoesNotMatch": REFUSED_KEY,
    "InvalidSecurity": REFUSED_KEY,
    "InvalidToken": REFUSED_KEY,
    "ExpiredToken": REFUSED_KEY,
    "AccountProblem": REFUSED_KEY,
    "AccessDenied": NOT_FOR_KEY,
    "NoSuchBucket": NO_BUCKET,
    "NoSuchKey": NO_FILE,
    "PermanentRedirect": OTHER_REGION,
    "TemporaryRedirect": OTHER_REGION,
    "AuthorizationHeaderMalformed": OTHER_REGION,
    "RequestTimeTooSkewed": WRONG_CLOCK,
}
# Amazon's word for a region in the signature that is not the bucket's.
_REGION = re.compile(rb"<Code>AuthorizationQueryParametersError</Code>.*region", re.DOTALL)
_CODE = re.compile(rb"<Code>([A-Za-z]{1,64})</Code>")


def explain(status: int, content: bytes) -> str:
    """A sentence of ours; nothing of the answer is repeated."""
    code = _CODE.search(content)
    if _REGION.search(content):
        return OTHER_REGION
    return _SENTENCES.get(
        "" if code is None else code[1].decode(), f"The bucket answered {status}."
    )
