/** What one run of ffmpeg may take of the machine. */
export interface Fence {
  /** Memory of its own: what it has asked for, pictures and threads' stacks among it. */
  readonly memoryMb: number
  readonly cpuSeconds: number
  /** Length of the longest file it writes. */
  readonly fileMb: number
  readonly openFiles: number
}

/** Which fence an ffmpeg that reached one has reached. */
export type Reached = 'memory' | 'cpu'
