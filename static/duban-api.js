// The page of the API: draws its description, and sends what is tried with the session's token.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const themed = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  themed();
  dark.addEventListener("change", themed);
  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    deepLinking: false,
    validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers["X-CSRFToken"] = place.dataset.csrf;
      return request;
    },
  });
});
