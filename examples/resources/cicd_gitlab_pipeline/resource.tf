# Runs a pipeline on main now, and another one with each new version.
resource "cicd_gitlab_pipeline" "publish" {
  project = "demo/app"
  ref     = "main"
  keepers = { version = "2.1" }
}
