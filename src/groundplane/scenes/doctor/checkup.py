"""A scene on disk, frame by frame to its findings: what `groundplane inspect --doctor` does."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from groundplane.errors import AttachmentUnreadable
from groundplane.scenes.doctor.judgement import findings_of
from groundplane.scenes.doctor.model import SEVERITIES, Finding, FrameSigns
from groundplane.scenes.doctor.picture import points_on_image
from groundplane.scenes.doctor.signs import signs_of, unreadable
from groundplane.scenes.formats.conversion import SCENE_SUFFIXES
from groundplane.scenes.formats.scene_folder import frame_files, read_scene_frame
from groundplane.scenes.formats.scene_frames import SceneFrame
from groundplane.scenes.formats.sfs_frames import FrameOptions, frames_of
from groundplane.scenes.formats.sfs_reader import open_sfs

Progress = Callable[[int, int], None]


class Checkup(msgspec.Struct, frozen=True):
    """`pictures_missing`: images whose file was not at hand, so that nothing is said of them."""

    file: str
    frames: int
    findings: Sequence[Finding]
    pictures_missing: int

    @property
    def worst(self) -> str:
        """The severity that counts; "" when nothing was found."""
        return self.findings[0].severity if self.findings else ""

    def lines(self) -> list[str]:
        counts = [
            f"{count} {severity}{'s' if count > 1 else ''}"
            for severity in SEVERITIES
            if (count := sum(one.severity == severity for one in self.findings))
        ]
        lines = [f"{self.file}: {self.frames} frames, {', '.join(counts) or 'nothing found'}"]
        for one in self.findings:
            lines += ["", f"{one.severity}: {one.rule}{_where(one)}", f"  {one.measured}."]
            lines += [f"  {one.advice}"]
            lines += [f"  See {one.picture}"] if one.picture else []
        if self.pictures_missing:
            lines += ["", f"{self.pictures_missing} pictures were not at hand and not looked at."]
        return lines


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    name: str
    frame: SceneFrame | None
    problem: str = ""


def check(
    source: Path,
    *,
    pictures: Path | None = None,
    meters_per_unit: float = 1.0,
    progress: Progress = lambda _done, _all: None,
) -> Checkup:
    """Look for what is wrong with a scene: an .sfs file, a folder of frames, or one frame.

    Args:
        source: the scene; pictures of frames are looked for beside them.
        pictures: a folder for the pictures of findings, made when there are some.
        meters_per_unit: how the scene's numbers become metres.
        progress: hears how many frames of how many were read.

    Raises:
        AttachmentUnreadable: an .sfs file that is no scene.
        ValueError: a folder without frames.
        OSError: a file cannot be read or written.
    """
    count, read = _frames(source)
    signs: list[FrameSigns] = []
    for index, one in enumerate(read):
        if one.frame is None:
            signs.append(unreadable(index, one.problem, one.name))
        else:
            signs.append(
                signs_of(
                    one.frame.columns,
                    index,
                    pictures=one.frame.pictures,
                    meters_per_unit=meters_per_unit,
                    name=one.name,
                )
            )
        progress(index + 1, count)
    found = findings_of(signs)
    if pictures is not None:
        found = _drawn(source, found, pictures, meters_per_unit)
    missing = sum(not image.looked for frame in signs for image in frame.images)
    return Checkup(source.name or str(source), len(signs), found, missing)


def _where(one: Finding) -> str:
    if not one.frame_count:
        return f" ({one.sensor})" if one.sensor else ""
    shown = ", ".join(map(str, one.frames))
    more = one.frame_count - len(one.frames)
    frames = f"frame{'s' if one.frame_count > 1 else ''} {shown}" + (
        f" and {more} more" if more > 0 else ""
    )
    return f" ({one.sensor}; {frames})" if one.sensor else f" ({frames})"


def _frames(source: Path) -> tuple[int, Iterator[_Read]]:
    if source.suffix in SCENE_SUFFIXES and not source.is_dir():
        scene = frames_of(open_sfs(source), source.name, FrameOptions())
        read = (_Read(f"frame {k}", frame) for k, frame in enumerate(scene.frames))
        return len(scene.frames), read
    files = frame_files(source) if source.is_dir() else [source]
    if not files:
        raise ValueError(f"{source} holds no frames: .json or .pb, one a frame.")
    folder = source if source.is_dir() else source.parent
    return len(files), (_file(path, folder) for path in files)


def _file(path: Path, folder: Path) -> _Read:
    try:
        return _Read(path.name, read_scene_frame(path, folder))
    except AttachmentUnreadable as error:
        return _Read(path.name, None, str(error))


def _drawn(
    source: Path, found: Sequence[Finding], folder: Path, meters_per_unit: float
) -> list[Finding]:
    """The findings, each with the path of its picture; frames are read again, one at a time."""
    wanted = {one.picture for one in found if one.picture}
    paths: dict[str, str] = {}
    by_frame: dict[int, list[int]] = {}
    for key in wanted:
        frame, camera = map(int, key.split("/"))
        by_frame.setdefault(frame, []).append(camera)
    _, read = _frames(source)
    for index, one in enumerate(read):
        if one.frame is None or index not in by_frame:
            continue
        for number, image in enumerate(one.frame.columns.head.images):
            picture = one.frame.pictures[number]
            if image.camera not in by_frame[index] or picture is None:
                continue
            drawn = points_on_image(
                one.frame.columns, number, picture, meters_per_unit=meters_per_unit
            )
            if drawn is not None:
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"frame_{index:03}_camera_{image.camera}.jpg"
                path.write_bytes(drawn)
                paths[f"{index}/{image.camera}"] = str(path)
    return [msgspec.structs.replace(one, picture=paths.get(one.picture, "")) for one in found]
