/** The figures -> docs/encoder.md. Pure. */

const signed = (value) => `${value < -0.005 ? '−' : '+'}${Math.abs(value).toFixed(2)}`

/**
 * @param {object} options
 * @param {object} options.facts of the machine and the run
 * @param {readonly {content: object, figures: Map<string, object>}[]} options.rows
 * @param {{stock: object[], ours: object[], steps: object[]}} options.sets
 * @param {string} options.seams text about seams between chunks
 */
export function pageText({ facts, rows, sets, seams }) {
  const { loads, seconds, turns } = facts
  return [
    '# Encoder',
    '',
    'Made by `npm run encoder` (`node scripts/encoder/encoder.mjs`).',
    '',
    `${facts.day}, commit ${facts.commit}, ffmpeg ${facts.ffmpeg}, ${facts.cpu}, ${facts.system}; load ${loads.join(' before and ')} after, ${facts.minutes} min. ${turns === 1 ? '1 turn' : `${turns} turns`}, ${seconds} s per content.`,
    '',
    'How each figure is got:',
    '',
    '- **CPU**: user and system time of the encode alone on one thread, less what reading the raw video takes; the median of',
    '  the turns’ ratios to the stock preset `veryfast`, encoded in the same turn.',
    '- **PSNR**, **SSIM**: dB over all planes, above (+) or below (−) what `veryfast` gives **at the same bit rate**: it is',
    '  encoded at three rates, and the value between them taken at the rate that came out here. SSIM in dB is −10 log10(1 − SSIM).',
    '- **rate**: what came out over what was asked; all are asked for the same average.',
    '- Profile `high`, two seconds between keyframes, no peak rate, the same rate control: what differs is the speed alone.',
    '',
    '## Speeds',
    '',
    ...rows.flatMap(({ content, figures }) => [
      `### ${content.title}, ${content.kbps} kbit/s`,
      '',
      ...table([{ title: 'veryfast' }, ...sets.stock, ...sets.ours], figures),
      '',
    ]),
    ...verdict(rows),
    ...(sets.steps.length > 0 ? search(rows, sets.steps) : []),
    seams.trim(),
    '',
  ].join('\n')
}

function table(sets, figures) {
  const name = (title) => (['fast', 'balanced', 'quality'].includes(title) ? `**${title}**` : `\`${title}\``)
  return [
    '| | CPU | CPU s | PSNR | above | SSIM | SSIM dB | above | rate kbit/s |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...sets.map(({ title }) => {
      const one = figures.get(title)
      const cells = [
        ...[name(title), one.cpu.median.toFixed(2), one.cpuSeconds.toFixed(2), one.psnr.toFixed(2)],
        ...[signed(one.above.psnr), one.ssim.toFixed(5), one.ssimDb.toFixed(2), signed(one.above.ssimDb)],
        one.kbps.toFixed(0),
      ]
      return `| ${cells.join(' | ')} |`
    }),
  ]
}

/** What was asked of `balanced`: at the same rate no lower PSNR and SSIM than `veryfast`, for 15 % less CPU. */
function verdict(rows) {
  const lines = rows.map(({ content, figures }) => {
    const { cpu, above } = figures.get('balanced')
    const less = Math.round((1 - cpu.median) * 100)
    return `- ${content.title}: ${less} % less CPU, PSNR ${signed(above.psnr)} dB, SSIM ${signed(above.ssimDb)} dB`
  })
  return ['`balanced` against `veryfast`, in short:', '', ...lines, '']
}

function search(rows, steps) {
  const searched = rows.filter(({ figures }) => figures.has(steps[0].title))
  return [
    '## The search',
    '',
    'Steps from the stock preset to `balanced`, and from there in every direction that was tried: CPU, PSNR and SSIM above',
    '`veryfast` at the same rate, as above. A step is kept when it makes CPU less without taking PSNR or SSIM below it.',
    '',
    `| x264 over its preset | ${searched.map(({ content }) => `${content.title}: CPU | PSNR | SSIM`).join(' | ')} |`,
    `| --- | ${searched.map(() => '---: | ---: | ---:').join(' | ')} |`,
    ...steps.map(({ title }) => {
      const cells = searched.map(({ figures }) => {
        const { cpu, above } = figures.get(title)
        return `${cpu.median.toFixed(2)} | ${signed(above.psnr)} | ${signed(above.ssimDb)}`
      })
      return `| ${title} | ${cells.join(' | ')} |`
    }),
    '',
  ]
}
