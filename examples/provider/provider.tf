terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}

# Configure the systems that you use, and leave out the others.
provider "cicd" {
  gitlab = {
    base_url = "https://gitlab.example.com"
    token    = var.gitlab_token
  }
}

variable "gitlab_token" {
  type      = string
  sensitive = true
}
