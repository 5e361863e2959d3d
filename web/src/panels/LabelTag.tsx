import { ink } from "../model/colour";

interface Props {
  readonly colour: string;
  readonly tag: string;
}

/** A label's colour with its sign, so that the colour never says it alone. */
export function LabelTag({ colour, tag }: Props) {
  return (
    <span className="label-tag" style={{ background: colour, color: ink(colour) }} aria-hidden="true">
      {tag}
    </span>
  );
}
