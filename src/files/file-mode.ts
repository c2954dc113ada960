/** Who may read and write the files that are made, as conf/ says it. Pure. */

/** "0640" as a number. */
export function modeOf(text: string): number {
  return Number.parseInt(text, 8)
}

/** The mode of a folder for files of a mode: whoever may read them can look into it. */
export function folderMode(mode: number): number {
  return mode | ((mode & 0o444) >> 2)
}
