/** How panels read the open task: the parts of it that they watch, and nothing that moves fast. */

import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { DocumentView } from "../app/editor/documentStore";
import type { Editor } from "../app/editor/editor";
import type { Keys, KeyStore } from "../app/editor/keys";
import type { PlayState } from "../app/editor/player";
import type { LookState } from "../app/editor/look";
import type { Named } from "../app/editor/remarks";
import type { ViewState } from "../app/editor/viewState";
import type { WorkStatus } from "../app/editor/work";
import type { ActionId, Handlers } from "../tools/index";
import { keyLabel } from "../tools/keys";

export interface EditorParts {
  readonly editor: Editor;
  readonly commands: Handlers;
  readonly keys: KeyStore;
}

export const EditorContext = createContext<EditorParts | null>(null);

export function useEditor(): EditorParts {
  const parts = useContext(EditorContext);
  if (parts === null) throw new Error("A panel stands outside of an editor.");
  return parts;
}

/** Draws the panel again after every edit, the person's own or another's. */
export function useDocument(): DocumentView {
  const { store } = useEditor().editor.task;
  return useSyncExternalStore(store.subscribe, store.view);
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useEditor().editor.view, select);
}

export function usePlayer<T>(select: (state: PlayState) => T): T {
  return useStore(useEditor().editor.player.state, select);
}

export function useLook<T>(select: (state: LookState) => T): T {
  return useStore(useEditor().editor.look, select);
}

export function useStatus<T>(select: (state: WorkStatus) => T): T {
  return useStore(useEditor().editor.task.status, select);
}

/** Whether this window may change what the current frame shows. */
export function useMayEdit(): boolean {
  const { editor } = useEditor();
  const editing = useStatus((status) => status.editing);
  const frameIndex = useView((view) => view.frameIndex);
  return editing && editor.work.config.frames.includes(frameIndex);
}

/** The person's keys; panels that show them are drawn again when they change. */
export function useKeys(): Keys {
  return useStore(useEditor().keys);
}

/** The keys of a command as the person reads them, the first the one to show; none is possible. */
export function useKeyLabels(id: ActionId): readonly string[] {
  const { keymap, layout } = useKeys();
  return (keymap.get(id) ?? []).map((binding) => keyLabel(binding, layout));
}

/** Names commands with their keys inside sentences: “Fit (R)”. The same function until keys change. */
export function useNamed(): Named {
  const { keymap, layout } = useKeys();
  return useCallback(
    (text, id) => {
      const binding = keymap.get(id)?.[0];
      return binding === undefined ? text : `${text} (${keyLabel(binding, layout)})`;
    },
    [keymap, layout],
  );
}
