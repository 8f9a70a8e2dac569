using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Console.Commands;

/// <summary>
/// Looks at a file again and again and tells when its content is another. By polling, which works for editors that replace files and for every file system. A change is told
/// once, when the file has been left alone between two looks; one that is missing for a moment is not a change.
/// </summary>
internal sealed class Watching : IDisposable
{
    /// <summary>Between two looks; a change is served by after at most two of them.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly string _path;
    private readonly Action _changed;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _watch;
    private Stamp _seen;
    private string _told;

    public Watching(string path, Action changed)
    {
        (_path, _changed) = (path, changed);
        (_seen, _told) = (Stamp.Of(path), HashOf(path) ?? "");
        _watch = WatchAsync();
    }

    public void Dispose()
    {
        _ended.Cancel();
        _watch.Wait();
        _ended.Dispose();
    }

    private async Task WatchAsync()
    {
        var isMoving = false;
        while (!_ended.IsCancellationRequested)
        {
            // A file is looked at again and again: editors replace files, and mounts do not tell of changes.
            await Task.Delay(Interval, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var stamp = Stamp.Of(_path);
            if (stamp != _seen)
            {
                (_seen, isMoving) = (stamp, true);                   // somebody may be in the middle of writing
                continue;
            }

            if (!isMoving || stamp == default || HashOf(_path) is not { } hash)
                continue;
            isMoving = false;
            if (hash == _told)
                continue;
            _told = hash;
            _changed();
        }
    }

    private static string? HashOf(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexString(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What can be seen of a file without reading it; <c>default</c> for none.</summary>
    private readonly record struct Stamp(DateTime ModifiedAt, long Bytes)
    {
        public static Stamp Of(string path)
        {
            try
            {
                var file = new FileInfo(path);
                return file.Exists ? new Stamp(file.LastWriteTimeUtc, file.Length) : default;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return default;
            }
        }
    }
}
