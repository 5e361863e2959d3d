"""What is wrong with a scene, before a person loses an hour to it.

`signs_of` keeps what one frame tells, a few kilobytes that can be stored as JSON; `findings_of`
judges all frames of a scene by their signs. The rules rest on geometry and statistics and rather
stay silent than accuse a good scene (docs/how-to/check-a-scene.md).
"""
