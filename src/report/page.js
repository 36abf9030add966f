// Chooses a segment, which the address names behind its #. All of them are in the page: nothing is computed here.
(function () {
  "use strict";
  var chooser = document.getElementById("chooser");
  if (!chooser) return;
  var select = chooser.querySelector("select");
  var names = Array.prototype.map.call(select.options, function (option) { return option.value; });
  function show(name) {
    select.value = name;
    document.querySelectorAll("[data-views]").forEach(function (group) {
      var views = Array.prototype.slice.call(group.children);
      var has = views.some(function (view) { return view.dataset.segment === name; });
      views.forEach(function (view) {
        view.hidden = has ? view.dataset.segment !== name : !("usual" in view.dataset);
      });
    });
    document.getElementById("chosen").textContent = select.options[select.selectedIndex].text;
  }
  function asked() {
    var name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch (e) { /* then it names no segment */ }
    if (name === "") show(names[0]);
    else if (names.indexOf(name) >= 0) show(name);
  }
  select.addEventListener("change", function () {
    location.hash = encodeURIComponent(select.value);
  });
  window.addEventListener("hashchange", asked);
  chooser.hidden = false;
  show(names[0]);
  asked();
})();
