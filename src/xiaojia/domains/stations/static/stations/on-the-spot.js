// form[data-spot]: asks the phone once where it is, then sends the form. Nothing is asked before the tap.
(function () {
  var form = document.querySelector("form[data-spot]");
  if (!form || !navigator.geolocation) return;
  var said = form.querySelector("[data-spot-said]");
  var known = false;
  form.addEventListener("submit", function (event) {
    if (known) return;
    event.preventDefault();
    said.textContent = said.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      function (place) {
        form.elements.lng.value = place.coords.longitude.toFixed(6);
        form.elements.lat.value = place.coords.latitude.toFixed(6);
        form.elements.accuracy.value = Math.round(place.coords.accuracy);
        known = true;
        form.submit();
      },
      function () { said.textContent = said.dataset.refused; },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 }
    );
  });
})();
