"""From the signs of all frames to what is wrong."""

from collections.abc import Sequence

import msgspec

from groundplane.scenes.doctor.judging import SHOWN_FRAMES
from groundplane.scenes.doctor.model import SEVERITIES, Finding, FrameSigns
from groundplane.scenes.doctor.rules_camera import camera_findings
from groundplane.scenes.doctor.rules_cloud import cloud_findings
from groundplane.scenes.doctor.rules_edges import edge_findings, looks_of
from groundplane.scenes.doctor.rules_motion import motion_findings
from groundplane.scenes.doctor.rules_time import time_findings

# Where the cloud or the device is wrong, cameras seem to be: said once, at the cause.
_CAUSES = frozenset({"units", "axes_swapped", "upside_down", "device_away", "device_speed"})
_CONSEQUENCES = frozenset(
    {
        "camera_below_ground",
        "camera_far",
        "camera_moves_on_device",
        "camera_sees_nothing",
        "camera_shifted",
        "edges_disagree",
        "clouds_do_not_line_up",
    }
)


def findings_of(signs: Sequence[FrameSigns]) -> list[Finding]:
    """What is wrong with a scene, the worst first; nothing for a good one."""
    readable = [frame for frame in signs if not frame.problem]
    looks = looks_of(readable)
    found = [
        *cloud_findings(signs),
        *time_findings(readable),
        *motion_findings(readable),
        *camera_findings(readable, {look.shots.name: look.trusted for look in looks}),
        *edge_findings(looks),
    ]
    if any(one.rule in _CAUSES for one in found):
        found = [one for one in found if one.rule not in _CONSEQUENCES]
    return sorted(_merged(found), key=lambda one: SEVERITIES.index(one.severity))


def _merged(found: Sequence[Finding]) -> list[Finding]:
    """What several rules, or the same rule of several cameras, say is said once."""
    kept: dict[tuple[str, str], Finding] = {}
    for one in found:
        first = kept.get((one.rule, one.severity))
        if first is None:
            kept[one.rule, one.severity] = one
            continue
        sensors = dict.fromkeys(filter(None, (*first.sensor.split(", "), one.sensor)))
        frames = sorted({*first.frames, *one.frames})[:SHOWN_FRAMES]
        kept[one.rule, one.severity] = msgspec.structs.replace(
            first,
            sensor=", ".join(sensors),
            frames=frames,
            frame_count=max(first.frame_count, one.frame_count, len(frames)),
        )
    return list(kept.values())
