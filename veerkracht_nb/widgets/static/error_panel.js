function draw({ model, el, vk }) {
  return vk.mount({ model, el }, (t) => model.get("error").message ? vk.problem(t, model.get("error")) : null);
}
