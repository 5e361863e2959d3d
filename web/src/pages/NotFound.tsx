import { Link } from "../app/Link";

export function NotFound({ what = "This page" }: { readonly what?: string }) {
  return (
    <div className="page">
      <div className="card empty">
        <h1>Not found</h1>
        <p>{what} does not exist, or it is not yours to see.</p>
        <Link to="/" className="button">
          All tasks
        </Link>
      </div>
    </div>
  );
}
