"""From an attachment's address to a frame in the blobs, or to the reason why not."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from groundplane.errors import AttachmentUnreadable, FetchFailed, FetchRefused
from groundplane.fetch.fetcher import FetchLimits
from groundplane.jobs.child import ChildCrashed, ChildOutOfMemory, ChildTimeout
from groundplane.jobs.context import Context
from groundplane.scenes.images import ImageFacts, inspect_image_file, stored_image
from groundplane.scenes.ingest import PreparedFrame, prepare_frame_file, with_images
from groundplane.scenes.model import FrameManifest, StoredImage, UnfetchedImage
from groundplane.scenes.scene_file import MOST_VIDEO_S, check_file, prepare_file_frame
from groundplane.storage.database import Tenant
from groundplane.tasks.arrivals import Arrived, arriving
from groundplane.tasks.model import FrameFailure
from groundplane.tasks.types.kind import SceneOrder
from groundplane.wire.values import JSON

FRAME_LIMITS = FetchLimits()
SCENE_FILE_LIMITS = FetchLimits(size_bytes=512 * 1024 * 1024, total_timeout_s=600)
SCENE_FILE_TIMEOUT_S = 300.0 + MOST_VIDEO_S  # to check all of it
IMAGE_LIMITS = FetchLimits(size_bytes=64 * 1024 * 1024)
PIECE_BYTES = 1 << 20
FRAME_TIMEOUT_S = 120.0
IMAGE_TIMEOUT_S = 30.0
# A child that dies was killed by somebody, or dies of the file; the third time it is the file.
MOST_CRASHES = 3

DOWNLOAD_ERROR = "One or more attachments could not be downloaded."


class FrameUnreadable(AttachmentUnreadable):
    """A frame that will not come; carries what the customer is told.

    `blob_sizes` are of what was stored before that came out: sha256 → length.
    """

    def __init__(self, failure: FrameFailure, blob_sizes: Mapping[str, int] | None = None) -> None:
        self.failure = failure
        self.blob_sizes: Mapping[str, int] = blob_sizes or {}
        super().__init__(failure.message)


class StoredFrame(msgspec.Struct, frozen=True):
    """A frame whose bytes are durable: `blob_sizes` maps each sha256 to its length."""

    manifest: FrameManifest
    blob_sizes: Mapping[str, int]


async def read_frame(
    context: Context,
    tenant: Tenant,
    order: SceneOrder,
    frame_index: int,
    *,
    is_trial: bool = False,
) -> StoredFrame:
    """Fetch, read and store a frame and its images; holds no transaction.

    With `is_trial` there is no task yet: uploaded files stay files that no task uses.

    Raises:
        FrameUnreadable: it will not come, however often we try.
        GroundplaneError: our own trouble; try again later.
    """
    url = order.attachments[frame_index]
    try:
        async with arriving(context, tenant, url, FRAME_LIMITS, is_trial=is_trial) as file:
            prepared = await _read_attachment(context, order, frame_index, file, url)
    except (FetchFailed, FetchRefused) as error:
        raise FrameUnreadable(_failure(error, url, str(error), is_download=True)) from error
    manifest, blob_sizes = prepared.manifest, dict[str, int]()
    for content in prepared.blobs.values():
        sha256 = await context.blobs.put(tenant.account_id, content)
        blob_sizes[sha256] = len(content)
    stored: list[StoredImage] = []
    for position, image in enumerate(manifest.images):
        try:
            one = await _read_image(context, tenant, position, image, is_trial=is_trial)
        except FrameUnreadable as unreadable:
            raise FrameUnreadable(unreadable.failure, blob_sizes) from unreadable
        stored.append(one)
        blob_sizes[one.image.sha256] = one.image.size_bytes
    return StoredFrame(with_images(manifest, stored), blob_sizes)


class StoredFile(msgspec.Struct, frozen=True):
    """A scene file whose bytes are durable, and how many frames it makes."""

    sha256: str
    size_bytes: int
    frame_count: int


async def read_scene_file(
    context: Context, tenant: Tenant, order: SceneOrder, *, is_trial: bool = False
) -> StoredFile:
    """Fetch, store and check the file that holds all frames; holds no transaction.

    With `is_trial` as `read_frame`.
    Of a file with videos another one is stored, with the pictures that frames show.

    Raises:
        FrameUnreadable: it will not come, or is no scene; nothing was stored then.
        GroundplaneError: our own trouble; try again later.
    """
    (url,) = order.attachments
    try:
        async with arriving(context, tenant, url, SCENE_FILE_LIMITS, is_trial=is_trial) as file:
            stored = await _store_checked(context, tenant.account_id, file, name_of(url), url)
    except (FetchFailed, FetchRefused) as error:
        raise FrameUnreadable(_failure(error, url, str(error), is_download=True)) from error
    return stored


async def _store_checked(
    context: Context, account_id: str, file: Arrived, name: str, url: str
) -> StoredFile:
    """What frames are read from: the file itself, or one with its videos decoded to pictures."""
    with tempfile.TemporaryDirectory() as folder:
        decoded = Path(folder) / "decoded.sfs"
        try:
            checked = await context.child.run(
                check_file, str(file.path), name, str(decoded), timeout_s=SCENE_FILE_TIMEOUT_S
            )
        except (AttachmentUnreadable, ChildTimeout, ChildCrashed) as error:
            failure = FrameFailure(sentence_for(context, error), url, file.status, False)
            raise FrameUnreadable(failure) from error
        if not checked.has_videos:
            await file.keep(context, account_id)
            return StoredFile(file.sha256, file.size_bytes, checked.frame_count)
        stored = await context.blobs.put_stream(account_id, _pieces(decoded))
    assert stored is not None, "nothing was expected of its hash"
    return StoredFile(stored.sha256, stored.size_bytes, checked.frame_count)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            yield piece


async def read_file_frame(
    context: Context, tenant: Tenant, order: SceneOrder, frame_index: int, file_sha256: str
) -> StoredFrame:
    """Read and store one frame of a stored scene file with its pictures.

    Raises:
        FrameUnreadable: this frame will not come, however often we try.
        GroundplaneError: our own trouble; try again later.
    """
    (url,) = order.attachments
    try:
        async with context.blobs.as_file(tenant.account_id, file_sha256) as path:
            frame = await context.child.run(
                prepare_file_frame,
                str(path),
                name_of(url),
                frame_index,
                order.meters_per_unit,
                timeout_s=FRAME_TIMEOUT_S,
            )
    except (AttachmentUnreadable, ChildTimeout, ChildCrashed) as error:
        failure = FrameFailure(sentence_for(context, error), url, None, is_download=False)
        raise FrameUnreadable(failure) from error
    sizes: dict[str, int] = {}
    for content in frame.prepared.blobs.values():
        sizes[await context.blobs.put(tenant.account_id, content)] = len(content)
    stored: list[StoredImage] = []
    for picture in frame.pictures:
        sha256 = await context.blobs.put(tenant.account_id, picture.content)
        sizes[sha256] = len(picture.content)
        stored.append(stored_image(sha256, len(picture.content), picture.facts))
    return StoredFrame(with_images(frame.prepared.manifest, stored), sizes)


def name_of(url: str) -> str:
    """How a file is called in sentences: the end of its address, without what may be secret."""
    return urlsplit(url).path.rpartition("/")[2] or "The file"


def unreadable_response(failures: Mapping[int, FrameFailure]) -> dict[str, JSON]:
    """The response of a task in error, naming every bad frame (api.md 5.0).

    Args:
        failures: frame index → what is wrong with it; not empty.
    """
    in_order = sorted(failures.items())
    if all(failure.is_download for _, failure in in_order):
        return {
            "error": DOWNLOAD_ERROR,
            "attachments": [
                _attachment(failure) | _message_if_silent(failure) for _, failure in in_order
            ],
        }
    return {
        "error": DOWNLOAD_ERROR,
        "frames": [
            {"frame": index, "message": failure.message, "attachment": _attachment(failure)}
            for index, failure in in_order
        ],
    }


def file_response(failure: FrameFailure) -> dict[str, JSON]:
    """The response of a task in error whose scene file is none."""
    return {
        "error": DOWNLOAD_ERROR,
        "attachments": [_attachment(failure) | {"message": failure.message}],
    }


def prelabels_response(failure: FrameFailure) -> dict[str, JSON]:
    """The response of a task in error whose pre-labels did not come, or do not fit."""
    if failure.is_download:
        return file_response(failure)
    response: dict[str, JSON] = {"error": failure.message}
    if failure.status_code is not None:
        response["attachments"] = [_attachment(failure)]
    return response


async def _read_attachment(
    context: Context, order: SceneOrder, frame_index: int, file: Arrived, url: str
) -> PreparedFrame:
    try:
        return await context.child.run(
            prepare_frame_file,
            str(file.path),
            frame_index,
            order.meters_per_unit,
            timeout_s=FRAME_TIMEOUT_S,
        )
    except (AttachmentUnreadable, ChildTimeout, ChildCrashed) as error:
        sentence = sentence_for(context, error)
        raise FrameUnreadable(FrameFailure(sentence, url, file.status, False)) from error


async def _read_image(
    context: Context, tenant: Tenant, position: int, image: UnfetchedImage, *, is_trial: bool
) -> StoredImage:
    where = f"images[{position}] ({image.name}): "
    url = image.image_url
    try:
        async with arriving(context, tenant, url, IMAGE_LIMITS, is_trial=is_trial) as file:
            facts = await _inspect(context, file, url, where)
            await file.keep(context, tenant.account_id)
    except (FetchFailed, FetchRefused) as error:
        raise FrameUnreadable(_failure(error, url, f"{where}{error}", is_download=False)) from error
    return stored_image(file.sha256, file.size_bytes, facts)


async def _inspect(context: Context, file: Arrived, url: str, where: str) -> ImageFacts:
    try:
        return await context.child.run(
            inspect_image_file, str(file.path), timeout_s=IMAGE_TIMEOUT_S
        )
    except (AttachmentUnreadable, ChildTimeout, ChildCrashed) as error:
        sentence = f"{where}{sentence_for(context, error)}"
        raise FrameUnreadable(FrameFailure(sentence, url, file.status, False)) from error


def sentence_for(context: Context, error: Exception) -> str:
    """What the customer is told. Raises the error itself when it may not be the file's fault."""
    match error:
        case AttachmentUnreadable():
            return str(error)
        case ChildTimeout():
            return "The file takes too long to read."
        case ChildOutOfMemory():
            return "The file takes too much memory to read."
        case _ if context.job is not None and context.job.attempt >= MOST_CRASHES:
            return "The file cannot be read."
        case _:
            raise error


def _failure(
    error: FetchFailed | FetchRefused, url: str, message: str, *, is_download: bool
) -> FrameFailure:
    status = error.status if isinstance(error, FetchFailed) else None
    return FrameFailure(message, url, status, is_download)


def _attachment(failure: FrameFailure) -> dict[str, JSON]:
    return {"statusCode": failure.status_code, "url": failure.url}


def _message_if_silent(failure: FrameFailure) -> dict[str, JSON]:
    """Where the status alone does not say what went wrong: there was none, or it was a success."""
    says = failure.status_code is not None and failure.status_code >= 400
    return {} if says else {"message": failure.message}


def failures_of(errors: Sequence[tuple[int, str]]) -> dict[int, FrameFailure]:
    """The stored errors by frame index."""
    return {index: msgspec.json.decode(error, type=FrameFailure) for index, error in errors}
