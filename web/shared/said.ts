// Scripts hold no sentences: they show those that the page brought along in its templates.

/** A copy of what a page says in the case of this name. */
export function said(name: string): DocumentFragment {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-when="${name}"]`);
  if (!template) throw new Error(`the page says nothing about ${name}`);
  return document.importNode(template.content, true);
}

/** Puts what a page says in a case into a place; without a case the place is emptied. */
export function say(place: Element, name: string | null): void {
  place.replaceChildren(...(name === null ? [] : [said(name)]));
}
