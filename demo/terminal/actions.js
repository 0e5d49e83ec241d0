// @ts-check
// One of each: what an action can come to.
import { setTimeout as pause } from 'node:timers/promises'
import { firstValueFrom } from 'rxjs'
import { reached } from 'viptel-pbx'
import { COLLEAGUE, CUSTOMER, OUR_PHONE } from './call-centre.js'
import { clean } from './wording.js'

/** @param {string} text */
const say = text => console.log(clean(`          ** ${text}`))

/**
 * Prints every step of an action and what came of it; resolves when it has come to something.
 *
 * @param {string} name
 * @param {import('rxjs').Observable<import('viptel-pbx').OutboundCall | import('viptel-pbx').Redirection | import('viptel-pbx').CallEnd>} outcome$
 * @returns {Promise<void>}
 */
const show = (name, outcome$) =>
  new Promise(resolve => {
    outcome$.subscribe({
      next: step => say(`${name}: ${'phase' in step ? `${step.phase}${step.uniqueId ? ` as ${step.uniqueId}` : ''}` : `ended (${step.status})`}`),
      error: error => resolve(say(`${name}: ${error.name}, ${error.safeToRepeat ? 'safe to repeat' : 'not safe to repeat'}. ${error.message}`)),
      complete: () => resolve(say(`${name}: done`)),
    })
  })

/** A call that is placed, redirected and hung up; then an action that the PBX rejects, and one whose answer is lost. @param {import('viptel-pbx').PbxClient} pbx @param {import('viptel-pbx/simulator').Simulator} simulator */
export async function showOutcomes(pbx, simulator) {
  const call$ = pbx.createCall({ from: OUR_PHONE, to: CUSTOMER })
  const over = show('create', call$)
  const call = await firstValueFrom(call$.pipe(reached('answered')))
  await show('redirect', pbx.redirect(call, COLLEAGUE))
  await show('hang up', pbx.hangup(call))
  await over
  // an action that was confirmed a moment ago could have earned the error, too
  await pause(1_100)
  await show('hang up a call that is not there', pbx.hangup('1795500000.1'))
  simulator.setFaults({ loseAnswers: 1 })
  await show('hang up, and the answer is lost', pbx.hangup('1795500000.1', { confirmWithin: 500 }))
  simulator.setFaults(undefined)
}

/** While there is no connection. @param {import('viptel-pbx').PbxClient} pbx */
export const showNotSent = pbx => show('create, while the PBX is away', pbx.createCall({ from: OUR_PHONE, to: CUSTOMER }, { sendWithin: 200 }))
