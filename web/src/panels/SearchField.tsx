import type { ComponentProps } from "react";
import { Icon } from "./Icon";

interface Props extends Omit<ComponentProps<"input">, "onChange"> {
  readonly label: string;
  readonly onSearch: (query: string) => void;
}

/** A field to search a list that is on the page. */
export function SearchField({ label, onSearch, ...input }: Props) {
  return (
    <label className="search">
      <Icon name="search" />
      <span className="unseen">{label}</span>
      <input
        className="input"
        type="search"
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        {...input}
        onChange={(event) => onSearch(event.target.value)}
      />
    </label>
  );
}
