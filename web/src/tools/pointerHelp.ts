/** Mouse and trackpad, for the help: [what to do, what happens]. */
export const POINTER_HELP: readonly {
  readonly device: string;
  /** Only for tasks that ask for such objects. */
  readonly makes?: "polygon";
  readonly gestures: readonly (readonly [string, string])[];
}[] = [
  {
    device: "Mouse",
    gestures: [
      ["Click a cuboid", "Select it"],
      ["Ctrl-click a cuboid", "Select it, too, or no more"],
      ["Objects: Ctrl-click, Shift-click", "Add one to the selection, or all up to it"],
      ["Drag the selected cuboid", "Move it over the ground; with Shift up and down"],
      ["Drag a face handle", "Move that face; with Alt both sides"],
      ["Double-click a face handle", "Bring that face to the nearest point inside"],
      ["Drag the round handle", "Turn it; with Ctrl in steps of 5°"],
      ["New cuboid: drag from rear to front", "Place it with that length and heading"],
      ["New cuboid: click", "Place one of the usual size"],
      ["Lasso: draw around the points", "Fit a cuboid to them; Alt when letting go: no longer than seen"],
      ["Drag the ground", "Turn the view (with Alt also over a cuboid)"],
      ["Drag with the right button, or Shift-drag", "Slide the view"],
      ["Drag with the middle button, or Alt-drag", "Turn the view, whatever is under it"],
      ["Wheel", "Zoom to the cursor (see Change keys if it slides)"],
      ["Double-click", "Look at that point"],
      ["Camera: double-click the large one, Alt-click any", "Look there in 3D"],
    ],
  },
  {
    device: "Batch view",
    gestures: [
      ["Drag the outline, its sides, corners or round handle", "Move, size or turn the object in that frame"],
      ["Drag in a chosen crop", "The same in all chosen crops"],
      ["Click, Ctrl-click, Shift-click a crop", "Choose it, one more, all between"],
      ["Keys", "Act on the chosen crops, else on the one under the pointer"],
      ["Double-click a crop, or Enter", "Go to that frame in the scene"],
      ["Wheel", "Zoom all crops"],
    ],
  },
  {
    device: "Polygons",
    makes: "polygon",
    gestures: [
      ["Click, click, …, double-click or Enter", "Draw one on the ground; Ctrl: on the points"],
      ["Backspace, Esc", "Take the last vertex back, or all"],
      ["Click a side", "Select it"],
      ["Drag a vertex", "Move it over the ground; with Shift up and down"],
      ["Drag the middle of a side", "Add a vertex there"],
      ["Double-click a vertex", "Take it out"],
      ["Drag the yellow dot", "Move the whole"],
    ],
  },
  {
    device: "Trackpad",
    gestures: [
      ["Two fingers", "Slide the view"],
      ["Pinch", "Zoom to the cursor"],
      ["Two fingers with Shift", "Turn the view"],
    ],
  },
];
