/** The commands on an object in time and on its shape: a part of the list in index.ts. */

import type { Action } from "./index";
import { key } from "./keys";

export const KEYFRAMES = [
  {
    id: "keyframe.previous",
    title: "Previous keyframe of the object",
    group: "Keyframes",
    keys: [key("KeyA", "shift"), key("Comma", "shift")],
    repeats: true,
  },
  {
    id: "keyframe.next",
    title: "Next keyframe of the object",
    group: "Keyframes",
    keys: [key("KeyD", "shift"), key("Period", "shift")],
    repeats: true,
  },
  { id: "keyframe.add", title: "Keyframe here", group: "Keyframes", keys: [key("KeyK")] },
  {
    id: "track.along",
    title: "Keyframe in the next frame, where the motion leads",
    group: "Keyframes",
    keys: [key("KeyN")],
    repeats: true,
    words: "predict velocity copy propagate follow",
  },
  { id: "keyframe.remove", title: "Remove keyframe", group: "Keyframes", keys: [key("KeyX")] },
  {
    id: "object.stationary",
    title: "The selected objects are stationary, or move",
    group: "Keyframes",
    keys: [key("KeyS", "alt")],
    words: "still parked static one pose",
  },
  {
    id: "track.begin",
    title: "Begin the track here",
    group: "Keyframes",
    keys: [key("KeyE", "shift")],
    words: "start visible from",
  },
  {
    id: "track.end",
    title: "End the track here",
    group: "Keyframes",
    keys: [key("KeyE")],
    words: "stop visible until",
  },
  {
    id: "track.split",
    title: "Split the track: from here on another object",
    group: "Keyframes",
    keys: [key("KeyX", "shift")],
    words: "cut divide",
  },
  {
    id: "track.merge",
    title: "Merge two objects into the one with handles",
    group: "Keyframes",
    keys: [key("KeyM")],
    words: "join combine",
  },
  {
    id: "track.give",
    title: "Give the track from here on to the object with handles",
    group: "Keyframes",
    keys: [key("KeyM", "shift")],
    words: "reidentify swap identity switch",
  },
] as const satisfies readonly Action[];

export const SHAPE = [
  {
    id: "shape.fit",
    title: "Fit heading and all sides to the points inside",
    group: "Shape",
    keys: [key("KeyR")],
    words: "shrink tighten refit turn askew",
  },
  {
    id: "shape.onto",
    title: "Move and turn onto the points and keep the size",
    group: "Shape",
    keys: [key("KeyR", "shift")],
    words: "fit align refit askew",
  },
  {
    id: "shape.ground",
    title: "Stand on the ground",
    group: "Shape",
    keys: [key("KeyS")],
    words: "snap drop bottom",
  },
  {
    id: "shape.flip",
    title: "Turn around: the front becomes the rear",
    group: "Shape",
    keys: [key("KeyU")],
    words: "flip heading reverse 180",
  },
  {
    id: "shape.quarter",
    title: "Swap length and width: the left side becomes the front",
    group: "Shape",
    keys: [key("KeyU", "shift")],
    words: "rotate 90 heading",
  },
  {
    id: "shape.usual",
    title: "Usual size of its label; the sides seen by the sensor stay",
    group: "Shape",
    keys: [key("KeyS", "shift")],
    words: "class prior median dimensions",
  },
] as const satisfies readonly Action[];
