// The panel beside the diagram: our groups only, so that nobody meets a word of XML.
import { Groups } from './groups.js';
import { Model } from './model.js';

class Provider {
  constructor(propertiesPanel, modeling, bpmnFactory, elementRegistry, config) {
    const model = new Model(modeling, bpmnFactory, elementRegistry);
    const groups = new Groups(model, config.words, config.isDisabled);
    this.groups = groups;
    propertiesPanel.registerProvider(500, this);
  }

  getGroups(element) { return () => this.groups.of(element); }
}
Provider.$inject = ['propertiesPanel', 'modeling', 'bpmnFactory', 'elementRegistry', 'config.jingfa'];

export default { __init__: ['jingfaProvider'], jingfaProvider: ['type', Provider] };
