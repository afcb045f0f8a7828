import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { nonceOf } from '../../app/nonce';

interface Props {
  text: string;
  change: (text: string) => void;
  faults: readonly { line: number; message: string }[];
  readOnly: boolean;
}

/** The text of a contract, with its faults at their lines. Tab leaves the editor, so that the keyboard is not caught. */
export function Yaml({ text, change, faults, readOnly }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const first = useRef({ text, change, readOnly });
  first.current.change = change;
  useEffect(() => {
    const { text: doc, readOnly: isFixed } = first.current;
    const editor = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc,
        extensions: [
          EditorView.cspNonce.of(nonceOf()),
          lineNumbers(),
          history(),
          drawSelection(),
          yaml(),
          syntaxHighlighting(classHighlighter),
          lintGutter(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorState.readOnly.of(isFixed),
          EditorView.contentAttributes.of({ 'aria-label': 'Contract as YAML' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) first.current.change(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const { doc } = editor.state;
    const found: Diagnostic[] = faults.map(({ line, message }) => {
      const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
      return { from, to, severity: 'error', message };
    });
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [faults]);
  return <div ref={place} className="cf-yaml" />;
}
