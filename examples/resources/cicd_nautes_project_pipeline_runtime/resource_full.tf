# What Nautes 0.4.2 has beside: a namespace, an account, manifests, hooks.
resource "cicd_nautes_project_pipeline_runtime" "nightly" {
  product         = "demo"
  name            = "app-nightly"
  project         = "app"
  pipeline_source = "app"
  isolation       = "exclusive"
  account         = "app-robot"

  pipelines = [
    { name = "nightly", label = "nightly", path = "pipelines/nightly" },
  ]
  event_sources = [
    {
      name = "every-night"
      calendar = {
        schedule        = "30 2 * * *"
        exclusion_dates = ["EXDATE:20261225T000000Z"]
      }
    },
  ]
  pipeline_triggers = [
    { event_source = "every-night", pipeline = "nightly", revision = "main" },
  ]

  destination = { environment = "test", namespace = "app-nightly" }

  additional_resources = {
    git = { coderepo = "app", revision = "main", path = "manifests" }
  }
  hooks = {
    pre_hooks = [{ name = "ls" }]
  }
}
