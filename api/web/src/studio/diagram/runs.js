// Only what the engine runs (docs/modelling.md) is offered: in the palette, the context pad, and the create, append and replace menus.
const REFUSED = /transaction|ad-?hoc|compensat|cancel|complex-gateway|data-store|conversation|choreography|collapsed-subprocess|collapsed-ad|multiple|event-based-instantiat/i;

const kept = entries => Object.fromEntries(Object.entries(entries).filter(([id, entry]) => entry && !REFUSED.test(id) && !REFUSED.test(entry.className ?? '')));

/** Providers of a lower priority come later and see what the others offered. */
class Runs {
  constructor(palette, contextPad, popupMenu) {
    palette.registerProvider(1, { getPaletteEntries: () => kept });
    contextPad.registerProvider(1, { getContextPadEntries: () => kept, getMultiElementContextPadEntries: () => kept });
    for (const menu of ['bpmn-create', 'bpmn-append', 'bpmn-replace']) {
      popupMenu.registerProvider(menu, 1, { getPopupMenuEntries: () => kept, getPopupMenuHeaderEntries: () => kept });
    }
  }
}
Runs.$inject = ['palette', 'contextPad', 'popupMenu'];

export default { __init__: ['runs'], runs: ['type', Runs] };
