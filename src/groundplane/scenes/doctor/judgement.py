"""From the signs of all frames to what is wrong."""

from collections.abc import Sequence

from groundplane.scenes.doctor.model import SEVERITIES, Finding, FrameSigns
from groundplane.scenes.doctor.rules_camera import camera_findings
from groundplane.scenes.doctor.rules_cloud import cloud_findings
from groundplane.scenes.doctor.rules_edges import edge_findings, looks_of
from groundplane.scenes.doctor.rules_motion import motion_findings
from groundplane.scenes.doctor.rules_time import time_findings


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
    single = {(one.rule, one.sensor): one for one in reversed(found)}
    kept = [one for one in found if single[one.rule, one.sensor] is one]
    return sorted(kept, key=lambda one: SEVERITIES.index(one.severity))
