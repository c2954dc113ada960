/** Two by two regions that do not touch: what `cover` crops away would lie over a neighbour for the oracle. */
const region = (left: string, top: string) => ({
  Id: `${left} ${top}`,
  Shape: 'rectangle',
  Area: { Left: left, Top: top, Width: '2/5', Height: '2/5' },
})

/** A patch of cfg.json. */
export const APART = {
  Data: {
    MixerConfig: {
      MixedVideoLayout: 0,
      LayoutConfig: [[region('0', '0'), region('3/5', '0'), region('0', '3/5'), region('3/5', '3/5')]],
    },
  },
}
