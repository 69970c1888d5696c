"""The People & pets page."""
