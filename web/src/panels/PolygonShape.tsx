import { polygonEdges, surfaceOf } from "../geometry/outline";
import { verticesAt } from "../model/polygons";
import { useEditor } from "./useEditor";

/** How large the selected polygon is, and what can be done with it by hand. */
export function PolygonShape({ id }: { readonly id: string }) {
  const { editor } = useEditor();
  const vertices = verticesAt(editor.document, id, editor.time_ns).map(({ at }) => at);
  if (vertices.length === 0) return null;
  const around = polygonEdges(vertices).reduce((sum, length) => sum + length, 0);
  return (
    <section className="panel-part" aria-label="Shape">
      <h3>Shape</h3>
      <div className="number-grid">
        <Fact name="Vertices" value={String(vertices.length)} />
        <Fact name="Area" value={`${surfaceOf(vertices).toFixed(1)} m²`} />
        <Fact name="Around" value={`${around.toFixed(1)} m`} />
      </div>
      <p className="hint">
        Drag a vertex (Shift: up and down), the middle of a side to add one, the yellow dot to move
        all. A double click on a vertex takes it out.
      </p>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="number-field">
      <span>{name}</span>
      <output className="numbers">{value}</output>
    </div>
  );
}
