import { ink } from "../model/colour";
import { type Entry, legendOf, MODE_NAMES, type PointFacts, shownMode, type Tick } from "../scene3d/legend";
import { bytesOfColour, type Rgb } from "../scene3d/palette";
import { Icon } from "./Icon";
import { useDocument, useEditor, useLook } from "./useEditor";

const hex = (colour: Rgb): string =>
  `#${colour.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** What the colours of the points mean in this frame. */
export function PointLegend({ facts }: { readonly facts: PointFacts }) {
  const { editor } = useEditor();
  useDocument();
  const mode = useLook((look) => look.colours);
  const radar = useLook((look) => look.radar);
  const isOpen = useLook((look) => look.legend);
  const used = new Set(editor.shown().map(({ label }) => label));
  const labels: Entry[] = editor.labels
    .filter(({ name }) => used.has(name))
    .map(({ colour, display, tag }) => ({ colour: bytesOfColour(colour), text: display, tag }));
  const legend = legendOf(mode, facts, labels);
  const shown = shownMode(mode, facts);
  return (
    <div className="legend" role="group" aria-label="Colours of the points">
      <button
        type="button"
        className="legend-head"
        aria-expanded={isOpen}
        title={isOpen ? "Show less" : "What the colours mean"}
        onClick={() => editor.look.setState({ legend: !isOpen })}
      >
        {legend.title} <Icon name={isOpen ? "shrink" : "grow"} />
      </button>
      {isOpen && shown !== mode && <p className="legend-note">No {MODE_NAMES[mode].toLowerCase()} in this frame</p>}
      {!isOpen ? null : legend.kind === "ramp" ? (
        <Ramp stops={legend.stops} ticks={legend.ticks} />
      ) : (
        <ul className="legend-entries">
          {legend.entries.map(({ colour, text, tag }) => (
            <li key={text}>
              <span className="label-tag" style={{ background: hex(colour), color: ink(hex(colour)) }}>
                {tag}
              </span>
              <span className="cut">{text}</span>
            </li>
          ))}
        </ul>
      )}
      {isOpen && <Signs hasRadar={radar && facts.radar.length > 0} />}
    </div>
  );
}

/** What is drawn beside the points. */
function Signs({ hasRadar }: { readonly hasRadar: boolean }) {
  const { config } = useEditor().editor.work;
  return (
    <div className="legend-signs">
      {config.max_distance_m !== null && (
        <p title="Farther away nothing is labeled">
          <svg className="legend-sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <circle className="ring-sign" cx="8" cy="8" r="5.5" />
          </svg>
          Ring: {Number(config.max_distance_m.toFixed(1))} m from the sensor
        </p>
      )}
      <p>
        <span className="legend-sign axes-sign" aria-hidden="true">
          <b>x</b>
          <b>y</b>
          <b>z</b>
        </span>
        Axes of the sensor
      </p>
      {hasRadar && (
        <p>
          <span className="legend-sign radar-sign">●</span>
          Radar; the arrow is one second of its motion
        </p>
      )}
    </div>
  );
}

interface RampProps {
  readonly stops: readonly Rgb[];
  readonly ticks: readonly Tick[];
}

function Ramp({ stops, ticks }: RampProps) {
  return (
    <div className="ramp">
      <div className="ramp-bar" style={{ background: `linear-gradient(to right, ${stops.map(hex).join()})` }} />
      {ticks.map(({ at, text }) => (
        <span key={at} className="ramp-tick numbers" style={{ left: `${100 * at}%` }}>
          {text}
        </span>
      ))}
    </div>
  );
}
