import { take } from 'rxjs'
import { type PbxClient, type PbxEvent, trackCalls, type UnknownEvent } from '../../index.js'
import { CONNECTION_HELP, CONNECTION_OPTIONS, type Command, type Context } from '../command.js'
import { UsageError } from '../exit-codes.js'
import { formatAnomaly, formatChange, formatEvent, formatUnknownEvent } from '../format.js'
import { createMatcher } from '../glob-matcher.js'
import { parseObject } from '../json.js'
import { stayOnline } from '../stay-online.js'
import { messageOf } from '../system-error.js'

export const listen: Command = {
  name: 'listen',
  usage: '',
  argumentCount: 0,
  summary: 'shows events as they come, or with --calls what becomes of each call',
  help: `  --event NAME      only events of this name, in which * stands for any text;
                    may be given again, and knows names that the SDK does not
  --calls           whole journeys of callers instead of events
${CONNECTION_HELP}

The result goes to stdout. stderr says when the connection is lost and when it
is back, from when to when events may be lost, and which frames could not be
read. Ctrl+C logs out.

The command ends with 1 when the PBX refuses the login, and with 3 when the PBX
cannot be reached at first. After the first login it comes back from every loss.

  viptel-pbx listen
  viptel-pbx listen --event 'call.*' --event queue.join
  viptel-pbx listen --calls
  viptel-pbx listen --json | jq 'select(.event == "call.end") | .status'`,
  options: { ...CONNECTION_OPTIONS, event: { type: 'string', multiple: true }, calls: { type: 'boolean' } },
  run: context => {
    const patterns = context.texts('event')
    if (context.flag('calls') && patterns.length > 0)
      throw new UsageError('--calls shows calls and --event events: give one of them.')
    const pbx = context.connect()
    if (context.flag('calls')) showCalls(context, pbx)
    else showEvents(context, pbx, createMatcher(patterns))
    return stayOnline(context, pbx)
  },
}

// `stayOnline` reports the error that ends these streams
const ignore = () => {}

function showCalls(context: Context, pbx: PbxClient): void {
  noteAnomalies(context, pbx)
  trackCalls(pbx).change$.subscribe({
    next: change => show(context, change.kind, change, () => formatChange(change, Date.now())),
    error: ignore,
  })
}

function showEvents(context: Context, pbx: PbxClient, isWanted: (name: string) => boolean): void {
  const showWanted = (event: PbxEvent | UnknownEvent, format: () => string) => {
    if (isWanted(event.event)) show(context, event.event, event, format)
  }
  pbx.event$.subscribe({ next: event => showWanted(event, () => formatEvent(event)), error: ignore })
  noteAnomalies(context, pbx, name => {
    // an unknown event is emitted by `on(name)` only, just after its anomaly
    pbx
      .on(name)
      .pipe(take(1))
      .subscribe({ next: event => showWanted(event, () => formatUnknownEvent(event)), error: ignore })
  })
}

/** Shows a value as a line, or with `--json` as an object. Where the line cannot be made, it says so instead. */
function show({ terminal, flag, stopped }: Context, name: string, value: unknown, format: () => string): void {
  if (stopped.aborted) return
  if (flag('json')) return terminal.json(value)
  try {
    terminal.line(format())
  } catch (error) {
    terminal.line({ colour: 'yellow', text: `${name} could not be shown: ${messageOf(error)}` })
  }
}

/** Notes anomalies on stderr. An unknown event is none where `showUnknown` takes its name. */
function noteAnomalies({ terminal }: Context, pbx: PbxClient, showUnknown?: (name: string) => void): void {
  pbx.anomaly$.subscribe(anomaly => {
    const name = anomaly.kind === 'unknown-event' ? eventNameIn(anomaly.raw) : undefined
    if (name === undefined || showUnknown === undefined)
      terminal.note({ colour: 'yellow', text: formatAnomaly(anomaly) })
    else showUnknown(name)
  })
}

/** The name of the event in a frame; undefined for a frame whose text was cut. */
function eventNameIn(raw: string): string | undefined {
  const name = parseObject(raw)?.['event']
  return typeof name === 'string' ? name : undefined
}
