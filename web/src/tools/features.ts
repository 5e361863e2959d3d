/**
 * For each feature of the editor the test that holds what it does, and the journey that uses it: the
 * table of docs/reference/workstation.md is made from this. A command without a row does not compile.
 */

import type { ActionId } from "./index";

/** Fine adjustment and labels have one row each, whatever their number. */
export const FAMILIES = {
  "fine.*": "Fine adjustment: move, turn and size by small steps",
  "label.*": "Labels 1 to 9 of the list",
} as const;

/** What there is beside the commands. */
export const GESTURES = {
  "flow.tool": "After an object is made the tool stays in hand, where that is chosen",
  "flow.hints": "Hints that are gone once their gesture is known",
  "keys.hand": "Keys for the left hand alone",
  "mouse.drag": "Drag a cuboid, its faces and its round handle",
  "mouse.shrink": "Double-click a handle: its side comes to the points",
  "mouse.several": "Ctrl-click, Shift-click: several objects",
  "batch.drag": "Batch view: drag in a crop, in all chosen ones alike",
  "batch.choose": "Batch view: click, Ctrl-click and Shift-click crops; double-click goes to the frame",
  "mouse.bend": "Drag a polygon, its vertices and the middles of its sides; double-click a vertex",
  "many.answers": "Answers for several objects at once",
  "many.shape": "Fit, move onto, put on the ground and turn around: several objects at once",
  "sight.time": "When a moving object was measured, and where it was when each picture was taken",
  "sight.ring": "Ring of the customer's largest distance",
  "sight.wrong": "Rows of the object list say what does not fit in the frame, and what mends it",
  "sight.unseen": "Sides that were not seen and measure what is usual are named",
  "sight.unusual": "Sides that are far from usual for their label are named",
} as const;

type InFamily = Extract<ActionId, `label.${number}` | `${"move" | "turn" | "size"}.${string}`>;
type Feature = Exclude<ActionId, InFamily> | keyof typeof FAMILIES | keyof typeof GESTURES;

/** `file › test`, below web/src; and `journey › function or test`, in web/journeys, where one uses it. */
type Proof = readonly [test: string, journey?: string];

const PLAYER = "app/editor/player.test.ts";
const EDITS = "app/editor/edits.test.ts";
const BATCH = "app/editor/batchEdits.test.ts";
const COPYING = "app/editor/copying.test.ts";
const TRACKS = "app/editor/trackEdits.test.ts";
const ASIDE = "app/editor/setAside.test.ts";
const CUBOID = "tools/cuboid.test.ts";
const POLYGON = "tools/polygon.test.ts";
const EYE = "scene3d/viewpoint.test.ts";
const KEYS = "panels/keys.test.tsx";
const LAYOUT = "app/editor/layout.test.ts";
const PLACE = "app/editor/place.test.ts";
const DISPLAY = "scene3d/display.test.ts";
const FRAMES = `${PLAYER} › who goes to another frame has taken over`;
const CLOSING = `${LAYOUT} › a panel moved to the left stands left of the scene, and comes back there after closing`;
const LOCKED = `${ASIDE} › a locked object is neither moved nor deleted, but may be named and hidden in time`;

export const FEATURES: Readonly<Record<Feature, Proof>> = {
  "tool.place": [`${CUBOID} › a drag from rear to front places a cuboid of that length and heading, once`, "hands › placeTwo"],
  "tool.lasso": [`tools/lasso.test.ts › a line by hand becomes one cuboid around what it encloses, and a line around nothing none`, "making › lassoes"],
  "tool.polygon": [`${POLYGON} › clicks are vertices, and Enter makes a polygon of them, once`, "label › draws"],
  "tool.select": [`${CUBOID} › a click selects what is under it, and nothing over empty ground`, "hands › ownKeys"],
  "edit.undo": ["app/editor/documentStore.test.ts › undo and redo are edits of their own", "hands › nudges"],
  "edit.redo": ["app/editor/documentStore.test.ts › undo and redo are edits of their own", "label › undoAndRedo"],
  "object.delete": [`${EDITS} › deleting takes every part, and one undo brings all back`, "hands › fitToPoints"],
  "object.copy": [`${COPYING} › a copy in another frame stands at the same place in the world, as a new object`, "hands › copies"],
  "object.paste": [`${COPYING} › a copy in the same frame stands where the pointer is, or on the left`, "hands › copies"],
  "object.duplicate": [`${COPYING} › a copy in the same frame stands where the pointer is, or on the left`, "hands › copies"],
  "select.label": ["app/editor/many.test.ts › several objects get one label by one edit, and one undo gives each its own back", "hands › several"],
  "object.lock": [LOCKED, "hands › several"],
  "object.stationary": ["app/editor/many.test.ts › several objects stand still when all of them do, and some is neither", "together › turnsAll"],
  "object.hide": [`${ASIDE} › a switch brings several to one state, and only all of them out of it`, "hands › several"],
  "objects.show": [`${ASIDE} › a switch brings several to one state, and only all of them out of it`, "hands › several"],
  "object.done": ["app/editor/advance.test.ts › who is done goes on to the next object, or to the next frame where that is chosen", "making › flows"],
  "object.next": ["app/editor/keyboard.test.ts › Tab walks through objects in the scene, and through panels elsewhere", "hands › keysAfterPanels"],
  "object.previous": ["app/editor/keyboard.test.ts › Tab walks through objects in the scene, and through panels elsewhere", "looks › turnsAndOrder"],
  play: [`${PLAYER} › each frame comes at its own instant, and the last one ends it`, "hands › play"],
  "play.back": [`${PLAYER} › backwards each frame comes when its instant is reached from behind`, "hands › play"],
  "play.faster": [`${PLAYER} › a change of rate goes on from where it is`, "looks › keysInTime"],
  "play.slower": [`${PLAYER} › a change of rate goes on from where it is`, "looks › keysInTime"],
  "frame.previous": [FRAMES, "hands › copies"],
  "frame.next": [FRAMES, "hands › keysAfterPanels"],
  "frame.first": [FRAMES, "hands › jumpAndScrub"],
  "frame.last": [FRAMES, "hands › jumpAndScrub"],
  "frame.jump": [`${PLACE} › a frame that is not there any more is the last one that is`, "hands › jumpAndScrub"],
  tracks: ["app/editor/marks.test.ts › a track has its stretches and its keyframes in frames", "looks › keysInTime"],
  "keyframe.previous": [`${EDITS} › moving between two keys states a third and leaves the others alone`, "looks › keysInTime"],
  "keyframe.next": [`${EDITS} › moving between two keys states a third and leaves the others alone`, "looks › keysInTime"],
  "keyframe.add": [`${EDITS} › a key can be stated where the pose was computed, once`, "looks › keysInTime"],
  "keyframe.remove": [`${EDITS} › a key can be removed, but never the last one`, "looks › keysInTime"],
  "track.along": [`${COPYING} › a track that drives a circle stays on it`, "hands › copies"],
  "track.begin": [`${TRACKS} › a track begins here, and what it was before is not shown`, "looks › keysInTime"],
  "track.end": [`${EDITS} › a track can be made visible in exactly the frames %j`, "looks › keysInTime"],
  "track.split": [`${TRACKS} › a split track shows in every frame what it showed, before the frame as one, then as the other`, "hands › cutAndJoin"],
  "track.merge": [`${TRACKS} › merged tracks show the first where it was, else the second, and are one object`, "hands › cutAndJoin"],
  "track.give": [`${TRACKS} › the later part goes to the other object, which keeps what it had`, "together › gives"],
  "shape.fit": ["geometry/beside.test.ts › fitted, the cuboid ends where it does, and no other side goes farther out", "hands › fitToPoints"],
  "shape.onto": ["geometry/askew.test.ts › a car that stands askew turns to its two sides, and its front stays its front", "hands › fitToPoints"],
  "shape.ground": ["geometry/fitting.test.ts › standing on the ground, the lowest corner is at its height, also when it leans", "looks › turnsAndOrder"],
  "shape.flip": [`${CUBOID} › turned around and by a quarter it fills the same space, and four quarters are a whole`, "hands › fitToPoints"],
  "shape.quarter": [`${CUBOID} › turned around and by a quarter it fills the same space, and four quarters are a whole`, "looks › turnsAndOrder"],
  "shape.usual": [`app/editor/usual.test.ts › the usual size is the middle of the tracks, whatever their number of keys`, "making › lassoes"],
  "view.focus": [`${EYE} › the target is in the middle of the screen`, "looks › viewpoints"],
  "view.top": [`${EYE} › from above all of a circle is in the picture, in a wide one and in a high one; without one the zoom stays`, "looks › ring"],
  "view.all": [`${EYE} › framing a box shows all its corners`, "looks › viewpoints"],
  "points.colours": [`${DISPLAY} › the cycle of colours visits every mode`, "looks › sights"],
  "points.smaller": [`${DISPLAY} › a step up and down again is where it was; the ends hold`, "looks › sights"],
  "points.larger": [`${DISPLAY} › a step up and down again is where it was; the ends hold`, "looks › sights"],
  "points.ground": [`${DISPLAY} › what was stored comes back`, "looks › sights"],
  "points.merge": ["app/editor/merging.test.ts › the frames to merge are the nearest first, and none that the scene has not", "looks › sights"],
  "points.along": ["app/editor/merging.test.ts › the frames to merge are the nearest first, and none that the scene has not", "looks › sights"],
  "view.behind": [`${EYE} › from behind an object its back is nearer than its front, and both are in the picture`, "looks › viewpoints"],
  "view.fly": [`${EYE} › flying ahead goes along the look, up goes along the world's vertical`, "looks › viewpoints"],
  "view.sides": ["scene3d/layout.test.ts › without room, or unwanted, the main view has everything", "looks › viewpoints"],
  "view.ghosts": ["app/editor/shown.test.ts › the frames beside this one show where the object is there, if it moves", "looks › keysInTime"],
  instructions: [`${LAYOUT} › a folded panel has the height that it needs, its neighbour the rest, and no line to drag between them`, "looks › unfolds"],
  history: ["app/editor/history.test.ts › restoring is an edit on top of what others did meanwhile, and undo takes it back", "looks › panelsByName"],
  batch: [`${BATCH} › an edit in many frames is one edit, and one undo takes it back`, "hands › batch"],
  panels: [`${LAYOUT} › whatever is moved where, no panel is lost or doubled, and nothing covers the scene`, "panels › byKeyboard"],
  "panels.reset": [`${LAYOUT} › the scene has more than half of the room, however small the window`, "looks › panelsByName"],
  "panel.checks": ["app/editor/workChecks.test.ts › a cuboid without points, off the ground, or with points at its sides is named", "hands › several"],
  "check.unlabeled": ["app/editor/unlabeled.test.ts › the next thing is the next farther from the sensor, and after the last the first again", "looks › viewpoints"],
  "panel.labels": [CLOSING, "looks › panelsByName"],
  "panel.cameras": [CLOSING, "looks › panelsByName"],
  "panel.inspector": [CLOSING, "looks › panelsByName"],
  "label.guide": ["app/editor/labels.test.ts › only leaves can be chosen, each with the way to it", "looks › panelsByName"],
  palette: [`${KEYS} › the palette lists every command but itself, and Enter runs the chosen one`, "hands › keysAfterPanels"],
  help: [`${KEYS} › the help lists every command, and what is typed narrows it`, "hands › keysAfterPanels"],
  keys: [`${KEYS} › a key that is pressed takes the place of the one chosen, and buttons show it at once`, "hands › ownKeys"],
  tour: ["model/tour.test.ts › who does what each step says walks through, one step at a time", "first › the tour leads through the demo to the response that a customer would get"],
  submit: ["app/editor/checks.test.ts › what is handed in is counted by label, without what is in no frame", "label › a labeler labels a recorded scene and hands it in"],
  "label.*": [`${EDITS} › the same label again is no edit`, "hands › several"],
  "fine.*": [`${CUBOID} › a nudge is ten centimetres along the cuboid's own heading, two with Shift`, "hands › nudges"],
  "mouse.drag": [`${CUBOID} › a face follows the pointer along its normal; the opposite face stays`, "demo › resizeInTopView"],
  "mouse.shrink": [`${CUBOID} › a double click on a handle brings its side to the points, once; elsewhere it does nothing`, "hands › fitToPoints"],
  "mouse.bend": [`${POLYGON} › the middle of a side becomes a vertex when it is dragged, not when it is clicked`, "label › bends"],
  "flow.tool": ["tools/lasso.test.ts › the tool stays in the hand where the person wants it", "making › flows"],
  "flow.hints": ["app/editor/flow.test.ts › a hint is shown until its gesture was made five times, and each tool has its own", "making › flows"],
  "keys.hand": [`${KEYS} › the keys of one hand are taken together, and given back together`, "hands › leftHand"],
  "mouse.several": ["app/editor/selection.test.ts › a range goes from the object with the handles, which keeps them, to the one clicked", "hands › several"],
  "batch.drag": ["tools/likewise.test.ts › the same step, turn and growth in the object's own frame, whatever its heading", "hands › batch"],
  "batch.choose": ["tools/choice.test.ts › a click chooses one, Ctrl adds or takes, Shift takes all between", "hands › batch"],
  "many.shape": ["app/editor/many.test.ts › each of several is changed, beside the others as they are by then", "together › turnsAll"],
  "many.answers": ["app/editor/many.test.ts › an answer goes to those that are asked, and to no others", "together › answers"],
  "sight.time": ["app/editor/cuboidsInPicture.test.ts › what moves is drawn where it was when the picture was taken, also in a hand", "looks › whenSeen"],
  "sight.wrong": ["app/editor/openPlaces.test.ts › rows tell what is wrong in the frame that is shown, what must be mended first", "hands › marksWhatFloats"],
  "sight.unusual": ["app/editor/remarks.test.ts › sides far from all that is usual are told with what makes them usual, and no others", "making › lassoes"],
  "sight.unseen": ["app/editor/remarks.test.ts › only a size that is as usual and has an end that was not seen is told", "making › lassoes"],
  "sight.ring": ["scene3d/surroundings.test.ts › the ring is closed, level, and everywhere at its distance from the sensor", "looks › ring"],
};
