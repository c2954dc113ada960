/** Permissions of created files, as set in conf/. Pure. */

/** Parses an octal mode such as "0640". */
export function modeOf(text: string): number {
  return Number.parseInt(text, 8)
}

/** The mode of a folder for files with a mode: whoever can read them can list it. */
export function folderMode(mode: number): number {
  return mode | ((mode & 0o444) >> 2)
}
