/**
 * A track's packets in file order. They are kept in typed arrays: as lists of numbers, the packets of an hour take Node
 * several times the memory, and it does not give it back.
 */

/** Room for so many packets at first; doubled whenever it is used up. */
const FIRST_ROOM = 1024

export class PacketList {
  /** Number of packets. */
  count = 0
  private times = new Float64Array(FIRST_ROOM)
  private durations = new Float64Array(FIRST_ROOM)
  private allFlags = new Uint8Array(FIRST_ROOM)

  /**
   * @param timeMs NaN if it has none, infinite if it is unknown
   * @param flags as the muxer `framecrc` writes them; only the lowest eight are kept
   */
  add(timeMs: number, durationMs: number, flags: number): void {
    if (this.count === this.times.length) this.grow()
    this.times[this.count] = timeMs
    this.durations[this.count] = durationMs
    this.allFlags[this.count] = flags
    this.count += 1
  }

  /** A view: it does not show packets that are added later. */
  timesMs(): Float64Array {
    return this.times.subarray(0, this.count)
  }

  /** A view, as `timesMs`. */
  durationsMs(): Float64Array {
    return this.durations.subarray(0, this.count)
  }

  /** A view, as `timesMs`. */
  flags(): Uint8Array {
    return this.allFlags.subarray(0, this.count)
  }

  private grow(): void {
    const room = 2 * this.count
    const [times, durations, flags] = [new Float64Array(room), new Float64Array(room), new Uint8Array(room)]
    times.set(this.times)
    durations.set(this.durations)
    flags.set(this.allFlags)
    this.times = times
    this.durations = durations
    this.allFlags = flags
  }
}
