terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}

provider "cicd" {
  gitlab = {
    base_url = "https://gitlab.example.com"
    token    = var.gitlab_token
  }
  nautes = {
    base_url = "https://nautes.example.com"
    token    = var.gitlab_token
  }
  rancher = {
    base_url = "https://rancher.example.com"
    token    = var.rancher_token
  }
}

variable "gitlab_token" {
  type      = string
  sensitive = true
}

variable "rancher_token" {
  type      = string
  sensitive = true
}
