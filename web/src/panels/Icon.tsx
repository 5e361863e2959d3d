/** Line icons on a 16 px grid, drawn in the colour of the text. */

const PATHS = {
  cube: "M8 1.5 14 4.7v6.6L8 14.5 2 11.3V4.7zM2 4.7 8 8l6-3.3M8 8v6.5",
  lasso: "M2 6.3C2 3.9 4.7 2.1 8 2.1s6 1.8 6 4.2-2.7 4.2-6 4.2-6-1.8-6-4.2zM4.9 9.7c-1 .6-1.3 1.5-.4 2.2s1.7 1.1.7 2.4",
  polygon: "M3 5.5 9 2.5l4.5 4-2 6.5-7.5.5z",
  flow: "M2 5h8M7 2l3 3-3 3M6 11h8M11 8l3 3-3 3",
  pointer: "M3 2l9.5 5.2-4.2 1.1L6.5 12.6z",
  undo: "M6 3 2.5 6.5 6 10M2.5 6.5h7a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.5 3.5L10 10M13.5 6.5h-7a4 4 0 0 0 0 8H9",
  previous: "M10.5 3 5.5 8l5 5",
  next: "M5.5 3l5 5-5 5",
  first: "M12 3 7 8l5 5M4 3v10",
  last: "M4 3l5 5-5 5M12 3v10",
  play: "M4.5 2.5v11l9-5.5z",
  playBack: "M11.5 2.5v11l-9-5.5z",
  pause: "M5 2.5v11M11 2.5v11",
  nextKey: "M2 3l5 5-5 5M11 4.5 14.5 8 11 11.5 7.5 8z",
  previousKey: "M14 3 9 8l5 5M5 4.5 8.5 8 5 11.5 1.5 8z",
  tracks: "M1.5 4h7M4 8h10M2.5 12h6",
  trash: "M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4",
  key: "M8 2.5 13.5 8 8 13.5 2.5 8z",
  book: "M8 3.5C6 2.2 4 2.2 2 2.8v10c2-.6 4-.6 6 .7 2-1.3 4-1.3 6-.7v-10c-2-.6-4-.6-6 .7zM8 3.5v10",
  help: "M5.8 6a2.2 2.2 0 1 1 3.3 1.9C8.3 8.4 8 8.8 8 9.8M8 12v.4M8 14.5A6.5 6.5 0 1 1 8 1.5a6.5 6.5 0 0 1 0 13z",
  history: "M2.5 8a5.5 5.5 0 1 0 1.6-3.9L2.5 5.7M2.5 2.5v3.2h3.2M8 5v3.2l2.2 1.4",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  back: "M7 3 2.5 8 7 13M2.5 8h11",
  top: "M2 5.5 8 2l6 3.5M8 14.5v-7M5 10l3-2.8L11 10",
  all: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  focus: "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 1v3M8 12v3M1 8h3M12 8h3",
  behind: "M2.5 13.5 5 8.5h6l2.5 5zM8 6.5V1.5M5.5 4 8 1.5 10.5 4",
  fly: "M1.5 8 14.5 2l-4 12.5-3-5zM7.5 9.5 14.5 2",
  sides: "M2 2.5h12v11H2zM9.5 2.5v11M9.5 6.2H14M9.5 9.8H14",
  check: "M2.5 8.5l3.5 3.5 7.5-8",
  camera: "M1.5 4.5h3L6 2.5h4l1.5 2h3v9h-13zM8 6.2a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2z",
  grow: "M9.5 2.5h4v4M13.5 2.5l-5 5M6.5 13.5h-4v-4M2.5 13.5l5-5",
  shrink: "M13 7H9V3M9 7l4.5-4.5M3 9h4v4M7 9l-4.5 4.5",
  info: "M8 7v4.5M8 4.6v.4M8 14.5a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13z",
  display: "M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zM6 9.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  window: "M2 5.5v8h8M6 2.5h7.5V10M13.5 2.5 6.5 9.5",
  light: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3",
  panels: "M2 2.5h12v11H2zM6 2.5v11M6 9.5h8",
  whole: "M2 4h12v8H2zM5 8h6",
  locked: "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  open: "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 4.8-1",
  stationary: "M4 9.5V3h8v6.5zM2 13h12",
  hidden: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM3 13.5 13 2.5",
  wrong: "M8 2 14.5 13.5h-13zM8 6.3v3.6M8 11.6v.3",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
