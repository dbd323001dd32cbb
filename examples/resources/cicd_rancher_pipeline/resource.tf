# Each push builds and publishes an image, and so does each night.
resource "cicd_rancher_pipeline" "publish" {
  project_id   = "c-demo:p-app"
  display_name = "publish"

  stages = [
    {
      name = "clone"
      steps = [
        {
          type = "sourcecode"
          source_code = {
            repository = "https://github.com/octocat/app.git"
            branch     = "main"
          }
        },
      ]
    },
    {
      name = "test"
      steps = [
        {
          type = "runascript"
          run_script = {
            image        = "golang:1.26"
            shell_script = "go test ./..."
            env          = ["CGO_ENABLED=0"]
          }
        },
      ]
    },
    {
      name = "publish"
      steps = [
        {
          type        = "buildimage"
          build_image = { image_tag = "registry.example.com/app:main" }
        },
        {
          type       = "pushimage"
          push_image = { image_tag = "registry.example.com/app:main" }
        },
      ]
    },
  ]

  triggers = {
    cron = {
      active     = true
      timezone   = "Asia/Hong_Kong"
      expression = "0 4 * * *"
    }
    webhook = { active = true }
  }
}
