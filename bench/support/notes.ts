const notes = new Set<string>();

/** Something that whoever reads the figure has to know. */
export function addNote(text: string): void {
  notes.add(text);
}

export function takeNotes(): readonly string[] {
  return [...notes];
}
