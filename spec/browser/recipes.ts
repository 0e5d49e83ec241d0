import { readFileSync } from 'node:fs'

const PBX = 'wss://pbxwssv1.viptel.sk:8088/'

/** The files of docs/browser.md, by the name in the first line of each, and its policy. */
export function recipes(pbx = PBX): { files: Readonly<Record<string, string>>; policy: string } {
  const page = readFileSync('docs/browser.md', 'utf8').replaceAll(PBX, pbx)
  const files = [...page.matchAll(/```(?:html|js)\n(?:<!--|\/\/) (\S+).*\n([\s\S]*?)```/g)].map(
    ([, name = '', text = '']) => [name, text],
  )
  return { files: Object.fromEntries(files), policy: /```\n(default-src .*)\n```/.exec(page)?.[1] ?? '' }
}
