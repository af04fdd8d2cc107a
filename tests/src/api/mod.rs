//! The API and the pages, through the real server on a port of its own.

mod administration;
mod cases;
mod compression;
mod course;
mod devices;
mod doors;
mod earlier_visit;
mod escalations;
mod grids;
mod malformed;
mod map;
mod mended;
mod office;
mod openapi;
mod overrun;
mod pages;
mod photo_files;
mod photo_heic;
mod photo_marks;
mod photos;
mod referrals;
mod routes;
mod scenes;
mod sign_in;
mod sync;
mod taken_back;
